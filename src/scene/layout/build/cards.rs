//! Cards: objects without others inside, and the lanes that end at or run through them.

use super::{Builder, CARD, CARDS_PER_KIND};
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;
use crate::scene::journey::Visit;
use crate::scene::layout::Look;
use crate::scene::layout::inside::{self, CardPass, Side};
use crate::scene::layout::pack::Item;

impl Builder<'_> {
    /// The first few of `objects` and all that are visited, and a card that counts the others.
    pub(super) fn capped(&self, objects: &[Ref], card: impl Fn(&Ref) -> Item) -> Vec<Item> {
        let mut items = Vec::new();
        let mut hidden = 0;
        for object in objects {
            if items.len() < CARDS_PER_KIND || self.visited.contains(object) {
                items.push(card(object));
            } else {
                hidden += 1;
            }
        }
        if hidden > 0 {
            let kind = objects.first().map_or(Kind::Unknown, |object| object.kind);
            items.push(Item::new(None, Look::More(kind, hidden), CARD, 32));
        }
        items
    }
}

impl Builder<'_> {
    pub(super) fn card(&self, object: &Ref, width: i32) -> Item {
        let passes = self.card_passes(object);
        if passes.is_empty() {
            let height = if object.kind == Kind::Service { 72 } else { 48 };
            return Item::new(Some(object.clone()), Look::Card, width, height);
        }
        let through = passes
            .iter()
            .any(|pass| pass.entry.is_some() && pass.exit.is_some());
        let (size, inside) = inside::open_card(&passes, CARD);
        let look = if through {
            Look::ThroughCard
        } else {
            Look::EndCard
        };
        let mut item = Item::new(Some(object.clone()), look, size.width, size.height);
        item.on_path = true;
        item.inside = Some(inside);
        item
    }

    fn card_passes(&self, object: &Ref) -> Vec<CardPass> {
        let mut passes = Vec::new();
        for (travel, visits) in self
            .journey
            .travels
            .iter()
            .map(|travel| &travel.visits)
            .enumerate()
        {
            for (index, visit) in visits
                .iter()
                .enumerate()
                .filter(|(_, visit)| visit.object == *object)
            {
                let before = index.checked_sub(1).and_then(|before| visits.get(before));
                let after = visits.get(index + 1);
                let leaves = after.is_some() || (!visit.after.is_empty());
                passes.push(CardPass {
                    travel,
                    visit: index,
                    entry: before.map(|before| self.side(object, Some(before))),
                    exit: leaves.then(|| self.side(object, after)),
                    marks: visit.inside.clone(),
                });
            }
        }
        passes
    }

    /// On which side of `object` a lane to or from another box is.
    fn side(&self, object: &Ref, other: Option<&Visit>) -> Side {
        let column = |object: &Ref| match object.kind {
            Kind::Internet | Kind::LocalGateway => 0,
            Kind::Host => match self.network.host(&object.name).map(|host| &host.network) {
                Some(HostNetwork::Subnet(_)) => 2,
                Some(HostNetwork::OnPremises(_) | HostNetwork::Internet) => 0,
                None => 1,
            },
            Kind::Node | Kind::Pod | Kind::Gateway => 2,
            Kind::Firewall if self.network.firewall(&object.name).is_some() => 2,
            Kind::PrivateEndpoint if self.network.private_endpoint(&object.name).is_some() => 2,
            Kind::AppGateway if self.network.app_gateway(&object.name).is_some() => 2,
            _ => 1,
        };
        let here = column(object);
        let there = other.map(|visit| column(&visit.object));
        match (here, there) {
            (1, Some(0)) | (2, _) => Side::Left,
            _ => Side::Right,
        }
    }
}
