//! References between Azure resources: resource ids, or the short forms `name` and `parent/child`.

use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use crate::model::azure::SubnetId;

/// The names in a resource id from the outermost resource to the innermost, or the
/// parts of a short form: `vnet-a` and `nodes` of
/// `/subscriptions/…/providers/Microsoft.Network/virtualNetworks/vnet-a/subnets/nodes`.
pub(in super::super) fn parts(id: &str) -> Vec<&str> {
    let segments: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
    let provider = segments
        .iter()
        .rposition(|segment| segment.eq_ignore_ascii_case("providers"));
    match provider {
        // providers / Microsoft.Network / type / name / type / name …
        Some(at) => segments.iter().skip(at + 3).step_by(2).copied().collect(),
        None => segments,
    }
}

/// The type of the innermost resource of an id, such as `Microsoft.Storage/storageAccounts`; `None` for a short form.
pub(in super::super) fn resource_type(id: &str) -> Option<Arc<str>> {
    let segments: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
    let provider = segments
        .iter()
        .rposition(|segment| segment.eq_ignore_ascii_case("providers"));
    let after: &[&str] = segments.get(provider? + 1..)?;
    let (namespace, rest) = after.split_first()?;
    let types: Vec<&str> = rest.iter().step_by(2).copied().collect();
    (!types.is_empty()).then(|| Arc::from(format!("{namespace}/{}", types.join("/"))))
}

/// The resource group of a resource: `resourceGroup`, as `az` prints it, or that of its id.
pub(super) fn resource_group(at: Cursor<'_>) -> Option<Arc<str>> {
    let written = at.any_case("resourceGroup").name();
    written.or_else(|| {
        let id = at.any_case("id").name()?;
        let mut segments = id.split('/');
        segments.find(|part| part.eq_ignore_ascii_case("resourceGroups"))?;
        segments.next().map(Arc::from)
    })
}

impl Cursor<'_> {
    /// The text of a reference, written as a text or as `{id: …}`.
    fn reference_text(self) -> Option<Arc<str>> {
        match self.node()?.as_str() {
            Some(text) => Some(Arc::from(text)),
            None => self.any_case("id").name(),
        }
    }

    /// The name of the resource that is referred to: the last part of its id.
    pub(in super::super) fn resource(self) -> Option<Arc<str>> {
        let text = self.reference_text()?;
        parts(&text).last().map(|name| Arc::from(*name))
    }

    /// The name of the resource of this type that is referred to. An id of another type, or a text that begins as an id
    /// and is none, is reported, and names nothing that there is.
    pub(in super::super) fn resource_of(self, expected: &'static str) -> Option<Arc<str>> {
        let text = self.reference_text()?;
        match resource_type(&text) {
            Some(found) if !found.eq_ignore_ascii_case(expected) => {
                let message = "names a resource of another type";
                self.wrong(
                    "reference-type",
                    message,
                    &quoted(&found),
                    &quoted(expected),
                );
                let name = self.resource()?;
                Some(Arc::from(format!("{found}/{name}")))
            }
            None if text.starts_with('/') => {
                let message = "is not a resource id";
                self.wrong("reference-type", message, &quoted(&text), &quoted(expected));
                Some(text)
            }
            _ => self.resource(),
        }
    }

    /// The subnet that is referred to.
    pub(in super::super) fn subnet(self) -> Option<SubnetId> {
        let text = self.reference_text()?;
        if let [.., vnet, subnet] = parts(&text).as_slice() {
            return Some(SubnetId {
                vnet: Arc::from(*vnet),
                subnet: Arc::from(*subnet),
            });
        }
        self.wrong(
            "bad-reference",
            "does not name a subnet",
            &quoted(&text),
            "a resource id, or `virtual network/subnet`",
        );
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_id_and_its_short_form_have_the_same_parts() {
        let id = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-a/subnets/nodes";
        assert_eq!(parts(id), ["vnet-a", "nodes"]);
        assert_eq!(parts("vnet-a/nodes"), ["vnet-a", "nodes"]);
        assert_eq!(parts("/providers/Microsoft.Network/"), Vec::<&str>::new());
    }
}
