//! Boxes: regions, containers, cards, dots.

use super::facts::{Card, Facts};
use super::{Level, join, visible};
use crate::model::kube::Origin;
use crate::model::object::{Kind, Ref};
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::layout::{Look, Placed};
use crate::scene::measure::{Face, cut, width};
use crate::scene::shape::{Element, ElementKind, Path, Run, Shape};

/// All boxes, containers before what they contain.
pub(super) fn draw(facts: &Facts<'_>) -> Vec<Element> {
    let mut elements = Vec::new();
    let small = facts.view.level < Level::Cards;
    let mut hidden: Vec<bool> = Vec::with_capacity(facts.placement.boxes.len());
    for (index, placed) in facts.placement.boxes.iter().enumerate() {
        let parent_is_small = placed.parent.is_some_and(|parent| {
            hidden.get(parent).copied().unwrap_or(false)
                || (small
                    && facts
                        .placement
                        .boxes
                        .get(parent)
                        .is_some_and(|parent| is_node(parent.look)))
        });
        hidden.push(parent_is_small);
        if parent_is_small || (is_small_thing(placed.look) && !visible(facts.view, placed.rect)) {
            continue;
        }
        let drawer = Drawer {
            facts,
            placed,
            index,
        };
        drawer.draw(&mut elements);
    }
    elements
}

fn is_node(look: Look) -> bool {
    matches!(look, Look::Node | Look::OpenNode)
}

fn is_small_thing(look: Look) -> bool {
    is_node(look) || matches!(look, Look::Card)
}

struct Drawer<'a, 'f> {
    facts: &'f Facts<'a>,
    placed: &'f Placed,
    index: usize,
}

impl Drawer<'_, '_> {
    fn draw(&self, out: &mut Vec<Element>) {
        match self.placed.look {
            Look::Internet => self.region(out, "k-internet", "scene-region-internet"),
            Look::Azure => self.region(out, "", "scene-region-azure"),
            Look::Unplaced => self.region(out, "", "scene-region-unplaced"),
            Look::OnPremises => self.on_premises(out),
            Look::Vnet => self.vnet(out, false),
            Look::CompactVnet => self.vnet(out, true),
            Look::Subnet => self.subnet(out, false),
            Look::CompactSubnet => self.subnet(out, true),
            Look::Node | Look::OpenNode if self.facts.view.level < Level::Cards => self.tile(out),
            Look::Node | Look::OpenNode => self.node(out),
            Look::Card | Look::EndCard | Look::ThroughCard => self.card(out),
            Look::More(kind, count) => self.more(out, kind, count),
        }
    }

    fn rect(&self) -> Rect {
        self.placed.rect
    }

    fn key(&self) -> String {
        match &self.placed.object {
            Some(object) => object.to_string(),
            None => format!("box-{}", self.index),
        }
    }

    fn quiet(&self) -> &'static str {
        let quiet = self
            .facts
            .is_quiet(self.placed.object.as_ref(), self.placed.on_path);
        if quiet { "is-quiet" } else { "" }
    }

    /// The nearest container that is an object.
    fn container(&self) -> Option<&Ref> {
        let placement = self.facts.placement;
        let mut ancestors = placement.ancestors(self.index).skip(1);
        ancestors.find_map(|index| placement.boxes.get(index)?.object.as_ref())
    }

    fn element(&self, kind: ElementKind, shapes: Vec<Shape>, card: &Card) -> Element {
        let element = Element::new(self.key(), kind, shapes).class(self.quiet());
        match &self.placed.object {
            Some(object) => {
                let name = self.facts.spoken(object, card, self.container());
                element.of_object(object.clone(), name)
            }
            None => element,
        }
    }

    fn is_current(&self) -> bool {
        let super::Playhead::At(number) = self.facts.view.playhead else {
            return false;
        };
        let mark = self.facts.placement.numbering.number(number);
        mark.is_some_and(|mark| Some(&mark.place) == self.placed.object.as_ref())
    }

    fn outline(&self, look: &str, derived: bool, radius: i32) -> Shape {
        let class = join(&[
            "box",
            look,
            if derived { "is-derived" } else { "" },
            if self.is_current() { "is-current" } else { "" },
        ]);
        Shape::rect(self.rect(), radius, class)
    }

    fn region(&self, out: &mut Vec<Element>, icon: &'static str, title: &str) {
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

    fn on_premises(&self, out: &mut Vec<Element>) {
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

    fn vnet(&self, out: &mut Vec<Element>, compact: bool) {
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

    fn subnet(&self, out: &mut Vec<Element>, compact: bool) {
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
        if let Some(subnet) = subnet
            && !compact
        {
            self.subnet_badges(out, object, subnet);
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

    /// The filters and routes of a subnet, on the right of its title.
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
            self.badge(
                out,
                right,
                "k-nsg",
                "NSG",
                &note,
                (object, nsg.reference(), made),
            );
        }
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
        let name = format!("{word} {}, {note}", self.facts.texts.object(&object));
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

    // --- Nodes -------------------------------------------------------------------------------

    fn node(&self, out: &mut Vec<Element>) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let at = self.rect();
        let node = self.facts.node(&object.name);
        let address = node
            .and_then(crate::model::kube::Node::ip)
            .map(|ip| ip.to_string())
            .unwrap_or_default();
        let range = node
            .and_then(|node| node.pod_cidrs.first())
            .map(ToString::to_string);
        let card = Card {
            name: object.name.to_string(),
            address,
            ..Card::default()
        };
        let derived = node.is_some_and(|node| is_made(&node.meta.origin));
        let ready = node.is_none_or(|node| node.ready);
        let look = if ready {
            "box--node"
        } else {
            "box--node is-unready"
        };
        let open = self.placed.look == Look::OpenNode;
        let bridge = if open { range } else { None };
        let bridge_room = bridge
            .as_ref()
            .map_or(0, |range| width(range, Face::Mono) + 40);
        let mut shapes = vec![
            self.outline(look, derived, 7),
            Shape::icon("k-node", rect(at.x + 9, at.y + 8, 14, 14), "glyph"),
            title(
                point(at.x + 28, at.y + 19),
                &card.name,
                &card.address,
                at.width - 40 - bridge_room,
            ),
        ];
        if let Some(range) = &bridge {
            shapes.push(Shape::Text {
                at: point(at.right() - 10, at.y + 19),
                class: "t-end".into(),
                runs: vec![
                    Run::new("cbr0", "t-note", 0),
                    Run::new(range.as_str(), "t-addr", 5),
                ],
                full: None,
            });
        }
        out.push(self.element(ElementKind::Container, shapes, &card));
        if open && bridge.is_some() {
            self.bus(out, object);
        }
        self.dots(out);
    }

    /// The bridge of a kubenet node, with the veth pairs of its pods.
    fn bus(&self, out: &mut Vec<Element>, object: &Ref) {
        let Some(bus) = self
            .facts
            .placement
            .insides
            .get(object)
            .and_then(|inside| inside.bus)
        else {
            return;
        };
        let pods = self
            .facts
            .placement
            .boxes
            .iter()
            .filter(|placed| placed.parent == Some(self.index));
        let mut path = Path::default();
        let mut used = false;
        for pod in pods {
            used |= pod.on_path;
            let y = pod.rect.centre().y;
            path.0
                .extend(Path::through(&[point(bus.right(), y), point(pod.rect.x, y)]).0);
        }
        if !path.is_empty() {
            out.push(Element::new(
                format!("veth-{object}"),
                ElementKind::Cable,
                vec![Shape::path(path, "veth")],
            ));
        }
        let class = if used { "bus is-current" } else { "bus" };
        out.push(Element::new(
            format!("bus-{object}"),
            ElementKind::Bus,
            vec![Shape::rect(bus, 3, class)],
        ));
    }

    fn dots(&self, out: &mut Vec<Element>) {
        // There may be thousands, so what they share is said once.
        let texts = self.facts.texts;
        let kind = texts.get("scene-kind-pod");
        let place = self
            .placed
            .object
            .as_ref()
            .map(|node| texts.message("scene-on", &[("place", node.clone().into())]));
        for (index, pod) in self.placed.dots.iter().enumerate() {
            let at = self.placed.dot(index);
            if !visible(self.facts.view, at) {
                continue;
            }
            let found = self.facts.pod(pod);
            let address = found
                .and_then(crate::model::kube::Pod::ip)
                .map(|ip| ip.to_string());
            let parts = [Some(format!("{kind} {}", pod.name)), address, place.clone()];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            let ready = found.is_none_or(|pod| pod.ready);
            let shape = Shape::rect(at, 3, if ready { "pod" } else { "pod pod--not" });
            let quiet = if self.facts.is_quiet(Some(pod), false) {
                "is-quiet"
            } else {
                ""
            };
            out.push(
                Element::new(pod.to_string(), ElementKind::Leaf, vec![shape])
                    .of_object(pod.clone(), parts.join(", "))
                    .class(quiet),
            );
        }
    }

    /// A node as one square, or as a square with a pattern of pods: two shapes at most.
    fn tile(&self, out: &mut Vec<Element>) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let node = self.facts.node(&object.name);
        let ready = node.is_none_or(|node| node.ready);
        let class = join(&[
            "tile",
            if self.placed.on_path { "tile--on" } else { "" },
            if ready { "" } else { "tile--not" },
            if self.is_current() { "is-current" } else { "" },
        ]);
        let mut shapes = vec![Shape::rect(self.rect(), 7, class)];
        if self.facts.view.level == Level::Tiles
            && let Some(pods) = self.pod_area()
        {
            shapes.push(Shape::path(pods, "pod-area"));
        }
        let name = format!(
            "{} {}",
            self.facts.texts.get("scene-kind-node"),
            object.name
        );
        out.push(
            Element::new(self.key(), ElementKind::Container, shapes)
                .of_object(object.clone(), name),
        );
    }

    /// The outline of as many cells of the pattern as there are pods.
    fn pod_area(&self) -> Option<Path> {
        let children = self.facts.placement.boxes.iter().skip(self.index + 1);
        let cards = children
            .take_while(|placed| placed.parent == Some(self.index))
            .count();
        let pods = crate::scene::layout::inside::to_i32(self.placed.dots.len() + cards);
        if pods == 0 {
            return None;
        }
        // Cells of the pattern are 16 px on the canvas, aligned with it.
        let left = (self.rect().x + 23).div_euclid(16) * 16;
        let top = (self.rect().y + 23).div_euclid(16) * 16;
        let per_row = ((self.rect().right() - 8 - left) / 16).max(1);
        let (full, rest) = (pods / per_row, pods % per_row);
        let mut points: Vec<Point> = vec![point(left, top)];
        let right = left + per_row.min(pods) * 16;
        points.push(point(right, top));
        let bottom = top + full * 16;
        if full > 0 {
            points.push(point(right, bottom));
        }
        if rest > 0 {
            let end = left + rest * 16;
            points.extend([
                point(end, bottom),
                point(end, bottom + 16),
                point(left, bottom + 16),
            ]);
        } else {
            points.push(point(left, bottom));
        }
        Some(Path::outline(&points))
    }

    // --- Cards -------------------------------------------------------------------------------

    fn card(&self, out: &mut Vec<Element>) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let card = self.facts.card(object);
        let at = self.rect();
        let note = self
            .balance_note(object)
            .unwrap_or_else(|| card.note.clone());
        let mut look = String::from("box--leaf");
        if card.unsupported {
            look.push_str(" is-unsupported");
        }
        let mut shapes = vec![
            self.outline(
                &look,
                card.derived && !card.unsupported,
                if at.height < 60 { 5 } else { 6 },
            ),
            Shape::icon(card.icon, rect(at.x + 8, at.y + 8, 15, 15), "glyph"),
        ];
        let lines = self.lines(at, object.kind);
        let name_class = if self.placed.on_path {
            "t-name"
        } else {
            "t-name t-card"
        };
        shapes.push(line(
            point(at.x + 28, at.y + lines.name),
            &card.name,
            name_class,
            Face::Name,
            at.width - 34,
        ));
        shapes.push(line(
            point(at.x + 9, at.y + lines.address),
            &card.address,
            "t-addr",
            Face::Mono,
            at.width - 14,
        ));
        if let Some(y) = lines.note {
            shapes.push(line(
                point(at.x + 9, at.y + y),
                &note,
                "t-note",
                Face::Note,
                at.width - 14,
            ));
        }
        shapes.retain(|shape| !matches!(shape, Shape::Text { runs, .. } if runs.iter().all(|run| run.text.is_empty())));
        out.push(self.element(ElementKind::Leaf, shapes, &card));
        if object.kind == Kind::LoadBalancer && card.derived {
            self.caption(out, object, &card);
        }
    }

    fn lines(&self, at: Rect, kind: Kind) -> Lines {
        let in_node = self
            .container()
            .is_some_and(|container| container.kind == Kind::Node);
        match self.placed.look {
            Look::EndCard if !in_node => Lines {
                name: 21,
                address: 64,
                note: Some(at.height - 10),
            },
            Look::ThroughCard => Lines {
                name: 20,
                address: 36,
                note: Some(at.height - 7),
            },
            Look::EndCard => Lines {
                name: 20,
                address: 38,
                note: Some(54),
            },
            _ if kind == Kind::Service => Lines {
                name: 20,
                address: 54,
                note: Some(37),
            },
            _ => Lines {
                name: if at.height < 44 { 16 } else { 19 },
                address: if at.height < 44 { 31 } else { 36 },
                note: (at.height >= 56).then_some(50),
            },
        }
    }

    /// What a load balancer on the path did: how many it had to pick from, and which it picked.
    fn balance_note(&self, object: &Ref) -> Option<String> {
        let branch = self
            .facts
            .branch
            .filter(|_| object.kind == Kind::LoadBalancer)?;
        let pick = branch.picks.iter().find(|pick| pick.by == *object)?;
        let count = i64::try_from(pick.candidates.len()).ok()?;
        let text = |picked: &str| {
            self.facts.texts.message(
                "scene-picks",
                &[("count", count.into()), ("picked", picked.into())],
            )
        };
        let room = self.rect().width - 14 - width(&text(""), Face::Note);
        let picked = pick.picked.rsplit('/').next().unwrap_or_default();
        Some(text(&cut(picked, Face::Note, room.max(24))))
    }

    /// Above a derived object: what it was made from.
    fn caption(&self, out: &mut Vec<Element>, object: &Ref, card: &Card) {
        let Some(from) = &card.made_from else { return };
        let at = self.rect();
        let text = self
            .facts
            .texts
            .message("scene-made-from", &[("cause", from.clone().into())]);
        let shapes = vec![
            Shape::icon("k-derived", rect(at.x, at.y - 18, 12, 12), "glyph"),
            line(
                point(at.x + 16, at.y - 8),
                &text,
                "t-note",
                Face::Note,
                at.width - 16,
            ),
        ];
        out.push(
            Element::new(format!("caption-{object}"), ElementKind::Note, shapes)
                .class(self.quiet()),
        );
    }

    fn more(&self, out: &mut Vec<Element>, kind: Kind, count: usize) {
        let at = self.rect();
        let kind = self
            .facts
            .texts
            .get(&format!("scene-kind-{}", kind.as_str()));
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let text = self.facts.texts.message(
            "scene-more",
            &[("count", count.into()), ("kind", kind.into())],
        );
        let shapes = vec![
            Shape::rect(at, 5, "box box--more"),
            line(
                point(at.x + 9, at.y + 20),
                &text,
                "t-note",
                Face::Note,
                at.width - 14,
            ),
        ];
        out.push(Element::new(self.key(), ElementKind::Leaf, shapes).class(self.quiet()));
    }
}

/// Baselines of a card's lines below its top.
struct Lines {
    name: i32,
    address: i32,
    note: Option<i32>,
}

/// Whether a controller made it, or it is only assumed.
fn is_made(origin: &Origin) -> bool {
    !matches!(origin, Origin::Written { .. })
}

/// A line of text, cut in the middle if it is wider than `room`.
pub(super) fn line(at: Point, text: &str, class: &'static str, face: Face, room: i32) -> Shape {
    let shown = cut(text, face, room);
    let full = (shown != text).then(|| text.to_owned());
    Shape::Text {
        at,
        class: class.into(),
        runs: vec![Run::new(shown, "", 0)],
        full,
    }
}

/// Name and address on one line; the name gives way first.
fn title(at: Point, name: &str, address: &str, room: i32) -> Shape {
    let address_width = if address.is_empty() {
        0
    } else {
        width(address, Face::Mono) + 7
    };
    let shown = cut(name, Face::Name, (room - address_width).max(48));
    let full = (shown != name).then(|| name.to_owned());
    let mut runs = vec![Run::new(shown, "t-name", 0)];
    if !address.is_empty() {
        runs.push(Run::new(address, "t-addr", 7));
    }
    Shape::Text {
        at,
        class: "".into(),
        runs,
        full,
    }
}
