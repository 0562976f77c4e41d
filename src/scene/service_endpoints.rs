//! How the service endpoints of a subnet are written in the picture, and how much room that takes.

use super::measure::{Face, width};
use crate::model::azure::Subnet;

/// What the badge reads: the services without the name of their company, and from the third on only how many more.
/// Empty for a subnet without any.
pub fn short(subnet: &Subnet) -> String {
    let services: Vec<&str> = subnet
        .service_endpoints
        .iter()
        .map(|service| {
            let (company, name) = service.split_at_checked(10).unwrap_or(("", service));
            if company.eq_ignore_ascii_case("Microsoft.") {
                name
            } else {
                service
            }
        })
        .collect();
    match services.as_slice() {
        [first, second, _, ..] => format!("{first}, {second} +{}", services.len() - 2),
        few => few.join(", "),
    }
}

/// The width that the badge takes beside the others; 0 without one.
pub fn room(subnet: &Subnet) -> i32 {
    let text = short(subnet);
    if text.is_empty() {
        0
    } else {
        width(&text, Face::Label) + 36
    }
}

/// The width that the icon takes on a box of two lines; 0 without endpoints.
pub fn room_compact(subnet: &Subnet) -> i32 {
    if subnet.service_endpoints.is_empty() {
        0
    } else {
        20
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_lose_their_company_and_only_two_are_named() {
        let of = |services: &[&str]| {
            short(&Subnet {
                service_endpoints: services.iter().map(|it| (*it).into()).collect(),
                ..Subnet::default()
            })
        };
        assert_eq!(of(&[]), "");
        assert_eq!(of(&["microsoft.storage"]), "storage");
        assert_eq!(
            of(&["Microsoft.Storage", "ストレージ"]),
            "Storage, ストレージ"
        );
        let many = ["Microsoft.Storage", "Microsoft.Sql", "a", "b"];
        assert_eq!(of(&many), "Storage, Sql +2");
    }
}
