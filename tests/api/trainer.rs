//! The trainer: sets up, asks, opens, keeps and erases.

use crate::raw::{Answer, answer, asks};
use crate::world::World;
use dewdrop::api::{DeskLink, DeskSubmission, NewLink};
use dewdrop::bytes::Octets;
use dewdrop::client::age::seal;
use dewdrop::client::delivery::{self, Delivery, DeliveryError};
use dewdrop::client::desk::{Desk, Name, NewAccount, Passphrase, Unlocked, salt};
use dewdrop::client::fetch::{FetchError, Fetcher, Manner, tell_saved};
use dewdrop::client::http::Server;
use dewdrop::client::list::{Lists, lists};
use dewdrop::client::new_link::{Made, Wish, make};
use dewdrop::ids::{LinkId, SubmissionId};
use dewdrop::sealed::form::Form;
use dewdrop::sealed::identity::Identity;
use dewdrop::sealed::link::Secret;
use dewdrop::sealed::manifest::ManifestFile;
use dewdrop::sealed::vault::Vault;
use dewdrop::time::{Span, Time};
use dewdrop::tokens::Bearer;
use reqwest::Method;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

pub const NAME: &str = "mara.lindqvist";
pub const DISPLAY: &str = "Mara Lindqvist Coaching";
pub const PASSPHRASE: &str = "moss lantern orbit velvet cactus harbor plum";

/// A signed-in trainer with the vault open.
pub struct Trainer {
    pub desk: Desk,
    pub unlocked: Unlocked,
    pub saves: tempfile::TempDir,
}

/// What a link allows, for links that nobody opens but tests.
pub struct Terms {
    pub retention: Span,
    pub closes_at: Time,
    pub uses: u32,
    pub max_files: u32,
    pub max_bytes: u64,
}

impl Trainer {
    /// Uses the set-up address of a new server.
    pub fn sets_up(world: &World) -> Self {
        Self::sets_up_at(world.origin(), &world.set_up_token())
    }

    pub fn sets_up_at(origin: &str, token: &Bearer) -> Self {
        let server = Server::at(origin).unwrap();
        let name: Name = NAME.parse().unwrap();
        let salt = salt(&server, &name).unwrap();
        let new = NewAccount::new(name, DISPLAY, &Passphrase::new(PASSPHRASE), salt);
        let identity = new.identity.clone();
        let desk = new.create(server, token).unwrap();
        let vault = Vault::new(desk.account, DISPLAY);
        let saves = tempfile::tempdir().unwrap();
        Self { desk, unlocked: Unlocked { identity, vault }, saves }
    }

    /// The same person by way of another address of the server.
    pub fn by_way_of(&self, origin: &str) -> Self {
        let Desk { account, token, expires_at, .. } = &self.desk;
        let server = Server::at(origin).unwrap();
        let desk = Desk { server, account: *account, token: token.clone(), expires_at: *expires_at };
        let vault = self.unlocked.vault.clone();
        let unlocked = Unlocked { identity: self.unlocked.identity.clone(), vault };
        Self { desk, unlocked, saves: tempfile::tempdir().unwrap() }
    }

    /// Makes a one-time link that stays open for a week; answers its address.
    pub fn asks(&self, label: &str, now: Time) -> String {
        self.makes(label, 1, now).link.reveal().to_string()
    }

    /// Makes a link with so many uses.
    pub fn makes(&self, label: &str, uses: u32, now: Time) -> Made {
        let week = Span::DAY.times(7);
        self.makes_with(Wish {
            label: label.to_owned(),
            retention: week,
            closes_at: now + week,
            uses,
            template: Form::empty(),
        })
    }

    pub fn makes_with(&self, wish: Wish) -> Made {
        make(&self.desk, &self.unlocked, wish).unwrap()
    }

    /// A link of any terms; its invitation says nothing.
    pub fn tries_to_open(&self, id: LinkId, secret: &Secret, terms: &Terms) -> Answer {
        let new = NewLink {
            auth_hash: secret.link_auth().hash(),
            recipient: Identity::random().recipient().to_string(),
            invitation: Octets(vec![7; 64]),
            cards: BTreeMap::from([(
                self.desk.account,
                Octets(seal(&self.unlocked.identity.recipient(), b"card")),
            )]),
            retention: terms.retention,
            closes_at: terms.closes_at,
            uses: terms.uses,
            max_files: terms.max_files,
            max_bytes: terms.max_bytes,
        };
        answer(self.request(Method::PUT, &format!("/api/links/{id}")).json(&new))
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::blocking::RequestBuilder {
        asks(method, &format!("{}{path}", self.desk.server.origin), Some(&self.desk.token))
    }

    pub fn gets(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path))
    }

    pub fn closes(&self, link: LinkId) -> Answer {
        answer(self.request(Method::POST, &format!("/api/links/{link}/close")))
    }

    pub fn erases(&self, id: SubmissionId) -> Answer {
        answer(self.request(Method::DELETE, &format!("/api/submissions/{id}")))
    }

    pub fn keeps(&self, id: SubmissionId) -> Answer {
        answer(self.request(Method::POST, &format!("/api/submissions/{id}/keep")))
    }

    pub fn lists(&self) -> Lists {
        lists(&self.desk, &self.unlocked).unwrap()
    }

    pub fn links(&self) -> Vec<DeskLink> {
        self.desk.links().unwrap().links
    }

    pub fn received(&self) -> Vec<DeskSubmission> {
        self.desk.submissions().unwrap().submissions
    }

    pub fn received_ids(&self) -> Vec<SubmissionId> {
        self.received().iter().map(|one| one.id).collect()
    }

    pub fn opens(&self, id: SubmissionId) -> Result<Delivery, DeliveryError> {
        delivery::open(&self.desk, &self.unlocked, id)
    }

    /// Saves every file of a delivery; answers where, stops at the first that is refused.
    pub fn saves(&self, delivery: &Delivery) -> Result<Vec<PathBuf>, FetchError> {
        let patience = Duration::from_secs(60);
        let fetcher = Fetcher::of(&self.desk, Manner { stall: patience, give_up_after: Some(patience) })?;
        let save = |file: &ManifestFile| {
            let saved = fetcher.save(&self.desk, delivery, file, self.saves.path(), &mut |_| {})?;
            tell_saved(&self.desk, delivery.id, file.n)?;
            Ok(saved.path)
        };
        delivery.manifest.files.iter().map(save).collect()
    }

    /// Opens and saves; answers the contents in the order of the manifest.
    pub fn watches(&self, id: SubmissionId) -> Vec<Vec<u8>> {
        let delivery = self.opens(id).unwrap();
        let paths = self.saves(&delivery).unwrap();
        paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
    }
}
