//! Regions, virtual networks and subnets.

use super::{Drawer, is_made, line, title};
use crate::model::object::{Kind, Ref};
use crate::scene::draw::facts::Card;
use crate::scene::draw::join;
use crate::scene::geometry::{point, rect};
use crate::scene::measure::{Face, width};
use crate::scene::shape::{Element, ElementKind, Run, Shape};

impl Drawer<'_, '_> {
    pub(super) fn region(&self, out: &mut Vec<Element>, icon: &'static str, title: &str) {
        let at = self.rect();
        let mut shapes = vec![Shape::rect(at, 8, "box box--region")];
        let mut x = at.x + 12;
        if !icon.is_empty() {
            shapes.push(Shape::icon(icon, rect(at.x + 8, at.y + 8, 13, 13), "glyph"));
            x = at.x + 25;
        }
        let text = self.facts.texts.get(title);
        shapes.push(line(
            point(x, at.y + 18),
            &text,
            "t-region",
            Face::Name,
            at.right() - x - 4,
        ));
        out.push(Element::new(self.key(), ElementKind::Region, shapes));
    }

    pub(super) fn on_premises(&self, out: &mut Vec<Element>) {
        let at = self.rect();
        let object = self.placed.object.as_ref();
        let network = self.facts.network;
        let gateway = network
            .local_gateways
            .iter()
            .find(|gateway| object.is_some_and(|object| gateway.meta.name == object.name));
        let prefix = gateway
            .and_then(|gateway| gateway.prefixes.first())
            .map(ToString::to_string);
        let card = Card {
            name: object.map_or_else(
                || self.facts.texts.get("scene-region-onprem"),
                |object| self.facts.texts.object(object),
            ),
            address: prefix.unwrap_or_default(),
            ..Card::default()
        };
        let shapes = vec![
            Shape::rect(at, 8, "box box--region"),
            Shape::icon("k-onprem", rect(at.x + 8, at.y + 8, 13, 13), "glyph"),
            line(
                point(at.x + 25, at.y + 18),
                &card.name,
                "",
                Face::Label,
                at.width - 30,
            ),
            line(
                point(at.x + 8, at.y + 35),
                &card.address,
                "t-addr",
                Face::Mono,
                at.width - 12,
            ),
        ];
        let mut element = self.element(ElementKind::Region, shapes, &card);
        if self.facts.branch.is_some() && !self.placed.on_path {
            element.class = "is-quiet".into();
        }
        out.push(element);
    }

    pub(super) fn vnet(&self, out: &mut Vec<Element>, compact: bool) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let vnet = self.facts.network.vnet(&object.name);
        let prefix = vnet
            .and_then(|vnet| vnet.address_space.first())
            .map(ToString::to_string);
        let derived = vnet.is_some_and(|vnet| is_made(&vnet.meta.origin));
        self.container_box(
            out,
            "box--vnet",
            "k-vnet",
            &prefix.unwrap_or_default(),
            derived,
            compact,
        );
    }

    pub(super) fn subnet(&self, out: &mut Vec<Element>, compact: bool) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let vnet = self.facts.network.vnet(&object.scope);
        let subnet = vnet.and_then(|vnet| {
            vnet.subnets
                .iter()
                .find(|subnet| subnet.meta.name.eq_ignore_ascii_case(&object.name))
        });
        let prefix = subnet
            .and_then(|subnet| subnet.prefixes.first())
            .map(ToString::to_string);
        let derived = subnet.is_some_and(|subnet| is_made(&subnet.meta.origin));
        let icon = if compact && &*object.name == "GatewaySubnet" {
            "k-vpn-gateway"
        } else {
            "k-subnet"
        };
        self.container_box(
            out,
            "box--subnet",
            icon,
            &prefix.unwrap_or_default(),
            derived,
            compact,
        );
        match subnet {
            Some(subnet) if compact => self.service_endpoints_compact(out, (object, subnet)),
            Some(subnet) => self.subnet_badges(out, object, subnet),
            None => {}
        }
    }

    fn container_box(
        &self,
        out: &mut Vec<Element>,
        look: &str,
        icon: &'static str,
        prefix: &str,
        derived: bool,
        compact: bool,
    ) {
        let at = self.rect();
        let card = Card {
            name: self
                .placed
                .object
                .as_ref()
                .map(|object| object.name.to_string())
                .unwrap_or_default(),
            address: prefix.to_owned(),
            ..Card::default()
        };
        let mut shapes = vec![
            self.outline(look, derived, if compact { 7 } else { 8 }),
            Shape::icon(icon, rect(at.x + 8, at.y + 8, 14, 14), "glyph"),
        ];
        if compact {
            let room = self.placed.title.width - 34;
            shapes.push(line(
                point(at.x + 28, at.y + 20),
                &card.name,
                "",
                Face::Label,
                room,
            ));
            shapes.push(line(
                point(at.x + 9, at.y + 38),
                prefix,
                "t-addr",
                Face::Mono,
                room + 18,
            ));
        } else {
            shapes.push(title(point(at.x + 26, at.y + 19), &card.name, prefix, 220));
        }
        out.push(self.element(ElementKind::Container, shapes, &card));
    }

    /// The filters, routes and service endpoints of a subnet, on the right of its title.
    fn subnet_badges(
        &self,
        out: &mut Vec<Element>,
        object: &Ref,
        subnet: &crate::model::azure::Subnet,
    ) {
        let texts = self.facts.texts;
        let at = self.rect();
        let mut right = at.right() - 12;
        let network = self.facts.network;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        if let Some(table) = subnet
            .route_table
            .as_deref()
            .and_then(|name| network.route_table(name))
        {
            let note = texts.message(
                "scene-routes-count",
                &[("count", count(table.routes.len()).into())],
            );
            let reference = Ref::new(Kind::RouteTable, table.meta.name.clone());
            let made = is_made(&table.meta.origin);
            right = self.badge(
                out,
                right,
                "k-route-table",
                &texts.get("scene-routes"),
                &note,
                (object, reference, made),
            );
        }
        if let Some(nsg) = subnet.nsg.as_deref().and_then(|name| network.nsg(name)) {
            let note = texts.message(
                "scene-rules-count",
                &[("count", count(nsg.rules.len()).into())],
            );
            let made = is_made(&nsg.meta.origin);
            right = self.badge(
                out,
                right,
                "k-nsg",
                "NSG",
                &note,
                (object, nsg.reference(), made),
            );
        }
        self.service_endpoints(out, right, (object, subnet));
    }

    /// Draws one badge that ends at `right`; returns where the next one ends.
    fn badge(
        &self,
        out: &mut Vec<Element>,
        right: i32,
        icon: &'static str,
        word: &str,
        note: &str,
        (subnet, object, made): (&Ref, Ref, bool),
    ) -> i32 {
        let length = width(word, Face::Label) + 5 + width(note, Face::Note);
        let x = right - length;
        let y = self.rect().y;
        let name = format!("{word} {note}, {}", self.facts.texts.object(&object));
        let shapes = vec![
            Shape::icon(icon, rect(x - 17, y + 8, 13, 13), "glyph"),
            Shape::Text {
                at: point(x, y + 19),
                class: "".into(),
                runs: vec![Run::new(word, "", 0), Run::new(note, "t-note", 5)],
                full: None,
            },
        ];
        let class = join(&[self.quiet(), if made { "is-made" } else { "" }]);
        let key = format!("badge-{subnet}-{object}");
        out.push(
            Element::new(key, ElementKind::Note, shapes)
                .of_object(object, name)
                .class(class),
        );
        x - 36
    }
}
