//! stub
use super::machine::Machine;
use super::recorder::Recorder;
use crate::engine::dataplane::Dataplane;
use crate::engine::trace::Disposition;
use std::net::IpAddr;
pub(super) fn resolve(
    _: &Dataplane,
    _: Machine<'_>,
    _: IpAddr,
    _: &str,
    _: &mut Recorder,
) -> Result<Vec<IpAddr>, Disposition> {
    Err(Disposition::NameNotFound)
}
