//! The service endpoints of a subnet: which services its packets reach by routes of their own.

use super::Drawer;
use crate::model::azure::Subnet;
use crate::model::object::Ref;
use crate::scene::geometry::{point, rect};
use crate::scene::measure::{Face, width};
use crate::scene::service_endpoints::short;
use crate::scene::shape::{Element, ElementKind, Run, Shape};

impl Drawer<'_, '_> {
    /// The badge that ends at `right`, on the line of the title.
    pub(super) fn service_endpoints(
        &self,
        out: &mut Vec<Element>,
        right: i32,
        (object, subnet): (&Ref, &Subnet),
    ) {
        let text = short(subnet);
        if text.is_empty() {
            return;
        }
        let x = right - width(&text, Face::Label);
        let y = self.rect().y;
        let shapes = vec![
            Shape::icon("k-endpoint", rect(x - 17, y + 8, 13, 13), "glyph"),
            Shape::Text {
                at: point(x, y + 19),
                class: "".into(),
                runs: vec![Run::new(text, "", 0)],
                full: None,
            },
        ];
        self.mark(out, object, subnet, shapes);
    }

    /// The same on a box that shows no more than two lines: an icon at the right end of the second.
    pub(super) fn service_endpoints_compact(
        &self,
        out: &mut Vec<Element>,
        (object, subnet): (&Ref, &Subnet),
    ) {
        if subnet.service_endpoints.is_empty() {
            return;
        }
        let at = self.rect();
        let x = at.x + self.placed.title.width - 22;
        let icon = Shape::icon("k-endpoint", rect(x, at.y + 28, 13, 13), "glyph");
        self.mark(out, object, subnet, vec![icon]);
    }

    fn mark(&self, out: &mut Vec<Element>, object: &Ref, subnet: &Subnet, shapes: Vec<Shape>) {
        let texts = self.facts.texts;
        let args = [
            ("services", subnet.service_endpoints.join(", ").into()),
            ("subnet", object.clone().into()),
        ];
        let name = texts.message("scene-service-endpoints", &args);
        out.push(
            Element::new(
                format!("badge-{object}-endpoints"),
                ElementKind::Note,
                shapes,
            )
            .of_object(object.clone(), name)
            .class(self.quiet()),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::simulation::Simulation;
    use crate::model::document::Document;
    use crate::scene::draw::{View, draw};
    use crate::scene::geometry::Rect;
    use crate::scene::layout::place;
    use crate::scene::measure::{Face, width};
    use crate::scene::shape::{Element, Scene, Shape};
    use crate::scene::svg::{Theme, standalone};
    use crate::text::{Language, Texts};

    const NETWORK: &str = "
type: Microsoft.Network/virtualNetworks
name: net
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - name: nodes
      properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: guard}, routeTable: {id: ways}, serviceEndpoints: [{service: Microsoft.Storage}, {service: Microsoft.KeyVault}]}
    - {name: quiet, properties: {addressPrefix: 10.1.1.0/24, serviceEndpoints: [{service: Microsoft.Sql}]}}
    - {name: plain, properties: {addressPrefix: 10.1.2.0/24}}
---
{type: Microsoft.Network/networkSecurityGroups, name: guard, properties: {securityRules: []}}
---
{type: Microsoft.Network/routeTables, name: ways, properties: {routes: []}}
---
type: Microsoft.ContainerService/managedClusters
name: kn
properties:
  networkProfile: {networkPlugin: kubenet}
  agentPoolProfiles: [{name: pool1, count: 1, vnetSubnetID: net/nodes}]
";

    fn scene(language: Language) -> Scene {
        let texts = vec![("net.yaml".to_owned(), NETWORK.to_owned())];
        let simulation = Simulation::new(&Document::from_texts(texts).0);
        let network = simulation.network();
        let placement = place(network, None);
        draw(
            network,
            &placement,
            None,
            &View::default(),
            &Texts::new(language),
        )
    }

    fn find<'s>(scene: &'s Scene, key: &str) -> Option<&'s Element> {
        scene.elements.iter().find(|element| element.key == key)
    }

    /// From where to where the shapes of an element reach on its line.
    fn extent(element: &Element) -> (i32, i32) {
        let ends = element.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { at, runs, .. } => {
                let all = runs.iter().map(|run| {
                    let face = if run.class == "t-name" {
                        Face::Name
                    } else if run.class == "t-addr" {
                        Face::Mono
                    } else {
                        Face::Label
                    };
                    run.space + width(&run.text, face)
                });
                Some((at.x, at.x + all.sum::<i32>()))
            }
            Shape::Icon { rect, .. } => Some((rect.x, rect.right())),
            _ => None,
        });
        ends.fold((i32::MAX, i32::MIN), |all, one| {
            (all.0.min(one.0), all.1.max(one.1))
        })
    }

    #[test]
    fn a_subnet_shows_its_service_endpoints_between_its_title_and_its_filters() {
        for language in Language::ALL {
            let scene = scene(*language);
            let badge = find(&scene, "badge-subnet/net/nodes-endpoints").unwrap();
            assert!(badge.name.contains("Microsoft.Storage, Microsoft.KeyVault"));
            let nsg = find(&scene, "badge-subnet/net/nodes-nsg/guard").unwrap();
            let subnet = scene.elements.iter().find(|element| {
                let of = element.object.as_ref().map(ToString::to_string);
                of.as_deref() == Some("subnet/net/nodes") && element.key != badge.key
            });
            let title = extent(subnet.unwrap());
            let (first, last) = extent(badge);
            assert!(title.1 + 4 <= first, "{title:?} before {first}");
            assert!(last + 4 <= extent(nsg).0, "{last} before the NSG");
        }
    }

    #[test]
    fn a_small_box_has_an_icon_and_one_without_endpoints_has_none() {
        let scene = scene(Language::En);
        let badge = find(&scene, "badge-subnet/net/quiet-endpoints").unwrap();
        assert_eq!(badge.name, "Service endpoints of quiet: Microsoft.Sql");
        let [Shape::Icon { rect: at, .. }] = badge.shapes.as_slice() else {
            panic!("{:?}", badge.shapes)
        };
        let boxes = scene.elements.iter().filter(|element| {
            let of = element.object.as_ref().map(ToString::to_string);
            of.as_deref() == Some("subnet/net/quiet") && element.key != badge.key
        });
        let outlines: Vec<Rect> = boxes
            .flat_map(|element| &element.shapes)
            .filter_map(|shape| match shape {
                Shape::Rect { rect, .. } => Some(*rect),
                _ => None,
            })
            .collect();
        assert!(outlines.iter().all(|around| around.contains(*at)));
        assert_eq!(outlines.len(), 1);
        assert_eq!(find(&scene, "badge-subnet/net/plain-endpoints"), None);
    }

    #[test]
    fn the_exported_file_has_it_too() {
        let svg = standalone(&scene(Language::En), Theme::Light);
        assert!(svg.contains("Storage, KeyVault"), "{svg}");
        assert!(svg.contains("Service endpoints of nodes"), "{svg}");
    }
}
