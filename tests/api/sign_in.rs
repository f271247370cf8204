//! Set-up, sign-in, and requests of other sites.

use crate::raw::{Answer, answer, asks, client};
use crate::trainer::{DISPLAY, NAME, PASSPHRASE, Trainer};
use crate::world::World;
use dewdrop::api::{NewSession, NewUnlock, Salt, SaltFor, Session, SetUp};
use dewdrop::bytes::Octets;
use dewdrop::client::age::seal;
use dewdrop::client::desk::{Name, NewAccount, Passphrase, Unlocking, salt, sign_in, unlock};
use dewdrop::client::http::Server;
use dewdrop::ids::AccountId;
use dewdrop::sealed::identity::Identity;
use dewdrop::sealed::vault::{identity_file, recovery_auth};
use dewdrop::time::Span;
use dewdrop::tokens::Bearer;
use reqwest::Method;

fn posts(world: &World, path: &str, bearer: Option<&Bearer>, body: &impl serde::Serialize) -> Answer {
    answer(asks(Method::POST, &world.url(path), bearer).json(body))
}

fn unlocking(world: &World, passphrase: &str) -> Unlocking {
    let server = Server::at(world.origin()).unwrap();
    Unlocking::derive(&Passphrase::new(passphrase), &salt(&server, &NAME.parse().unwrap()).unwrap())
}

fn asks_in(world: &World, name: &str, proof: &Bearer, token: bool) -> Answer {
    let session = NewSession { name: name.into(), proof: proof.reveal(), token };
    posts(world, "/api/session", None, &session)
}

/// Another session of the trainer; its token.
pub fn signs_in(world: &World) -> Bearer {
    let proof = unlocking(world, PASSPHRASE).sign_in;
    let session: Session = asks_in(world, NAME, &proof, true).succeeds().json();
    Bearer::parse(&session.token.unwrap()).unwrap()
}

impl Trainer {
    /// The same person with a new session at another server that has the account.
    pub fn signs_in(&self, world: &World) -> Self {
        let mut trainer = self.by_way_of(world.origin());
        trainer.desk.token = signs_in(world);
        trainer
    }
}

/// A set-up that would be taken.
fn set_up(world: &World, name: &str) -> SetUp {
    let salt: Salt = posts(world, "/api/session/salt", None, &SaltFor { name: name.into() }).json();
    SetUp {
        account: AccountId::random(),
        name: name.into(),
        salt: salt.salt,
        sign_in_hash: Bearer::random().hash(),
        recovery_hash: Bearer::random().hash(),
        unlock: Octets(seal(&Identity::random().recipient(), b"unlock")),
        vault: Octets(seal(&Identity::random().recipient(), b"vault")),
    }
}

#[test]
fn a_set_up_token_is_good_once_and_only_the_right_one() {
    let world = World::new();
    let token = world.set_up_token();
    let wanted = set_up(&world, "mara");
    posts(&world, "/api/setup", Some(&Bearer::random()), &wanted).refuses(403, "setup-refused");
    posts(&world, "/api/setup", None, &wanted).refuses(403, "setup-refused");
    // What is malformed leaves the token good.
    let plain = SetUp { unlock: Octets(b"plain".to_vec()), ..set_up(&world, "mara") };
    posts(&world, "/api/setup", Some(&token), &plain).refuses(400, "malformed");
    let salted = SetUp { salt: Octets(vec![1; 16]), ..set_up(&world, "mara") };
    posts(&world, "/api/setup", Some(&token), &salted).refuses(400, "malformed");
    let named = SetUp { name: "a b".into(), ..set_up(&world, "mara") };
    posts(&world, "/api/setup", Some(&token), &named).refuses(400, "malformed");
    assert_eq!(world.count("accounts"), 0);
    assert_eq!(posts(&world, "/api/setup", Some(&token), &wanted).status, 201);
    let (used, wrong) = (
        posts(&world, "/api/setup", Some(&token), &set_up(&world, "eve")).refuses(403, "setup-refused"),
        posts(&world, "/api/setup", Some(&Bearer::random()), &wanted).refuses(403, "setup-refused"),
    );
    assert_eq!(used.body, wrong.body, "nobody learns which it was");
    assert_eq!(world.count("accounts"), 1);
}

#[test]
fn wrong_set_up_tokens_are_answered_slower_and_slower() {
    let world = World::new();
    let (token, wanted) = (world.set_up_token(), set_up(&world, "mara"));
    for _ in 0..4 {
        posts(&world, "/api/setup", Some(&Bearer::random()), &wanted).refuses(403, "setup-refused");
    }
    let wait = posts(&world, "/api/setup", Some(&token), &wanted);
    assert_eq!(wait.header("retry-after"), "1");
    wait.refuses(429, "too-many-tries");
    world.waits(Span(1));
    assert_eq!(posts(&world, "/api/setup", Some(&token), &wanted).status, 201);
}

#[test]
fn a_restart_gives_a_new_set_up_token_until_someone_has_set_it_up() {
    let mut world = World::new();
    let before = world.set_up_token();
    world.restarts();
    let wanted = set_up(&world, "mara");
    posts(&world, "/api/setup", Some(&before), &wanted).refuses(403, "setup-refused");
    posts(&world, "/api/setup", Some(&world.set_up_token()), &wanted).succeeds();
    world.restarts();
    assert!(world.stores().accounts.setup_token().unwrap().is_none());
}

#[test]
fn a_wrong_name_and_a_wrong_passphrase_are_told_apart_by_nobody() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let right = unlocking(&world, PASSPHRASE).sign_in;
    let (wrong, unknown) =
        (asks_in(&world, NAME, &Bearer::random(), false), asks_in(&world, "nobody", &right, false));
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
    wrong.refuses(401, "sign-in-refused");
    // Both have a salt, each its own, the same each time.
    let salt_of = |name: &str| {
        let salt: Salt = posts(&world, "/api/session/salt", None, &SaltFor { name: name.into() }).json();
        assert_eq!(salt.salt.0.len(), 16);
        salt.salt
    };
    assert_eq!((salt_of(NAME), salt_of("nobody")), (salt_of(NAME), salt_of("nobody")));
    assert_ne!(salt_of(NAME), salt_of("nobody"));
    assert_eq!(salt_of(NAME), salt_of(&NAME.to_uppercase()));
    drop(trainer);
}

#[test]
fn wrong_passphrases_are_answered_slower_and_slower() {
    let world = World::new();
    let _trainer = Trainer::sets_up(&world);
    let right = unlocking(&world, PASSPHRASE).sign_in;
    for wait in [0, 0, 0, 0, 1, 2, 4] {
        world.waits(Span(wait));
        asks_in(&world, NAME, &Bearer::random(), false).refuses(401, "sign-in-refused");
    }
    let refused = asks_in(&world, NAME, &right, false);
    assert_eq!(refused.header("retry-after"), "8");
    refused.refuses(429, "too-many-tries");
    world.waits(Span(8));
    asks_in(&world, NAME, &right, false).succeeds();
    asks_in(&world, NAME, &Bearer::random(), false).refuses(401, "sign-in-refused");
    asks_in(&world, NAME, &right, false).succeeds();
}

#[test]
fn a_browser_gets_a_cookie_that_scripts_and_other_sites_do_not_see() {
    let world = World::new();
    let _trainer = Trainer::sets_up(&world);
    let right = unlocking(&world, PASSPHRASE).sign_in;
    let signed_in = asks_in(&world, NAME, &right, false).succeeds();
    assert!(signed_in.json::<Session>().token.is_none());
    let cookie = signed_in.header("set-cookie").to_owned();
    for part in ["dewdrop=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=604800"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let ask =
        |method: Method, path: &str| client().request(method, world.url(path)).header("Cookie", &cookie);
    let own = |method, path: &str| ask(method, path).header("Sec-Fetch-Site", "same-origin");
    answer(own(Method::GET, "/api/links")).succeeds();
    answer(ask(Method::GET, "/api/links").header("Sec-Fetch-Site", "none")).succeeds();
    for site in ["cross-site", "same-site", "nonsense"] {
        for (method, path) in [(Method::GET, "/api/links"), (Method::DELETE, "/api/session")] {
            answer(ask(method, path).header("Sec-Fetch-Site", site)).refuses(403, "cross-site");
        }
    }
    // A browser of before Sec-Fetch-Site.
    let from = |origin: &str| answer(ask(Method::DELETE, "/api/session").header("Origin", origin));
    for origin in ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"] {
        from(origin).refuses(403, "cross-site");
    }
    answer(ask(Method::DELETE, "/api/session")).refuses(403, "cross-site");
    answer(own(Method::GET, "/api/links")).succeeds();
    let out = from(world.origin()).succeeds();
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    answer(own(Method::GET, "/api/links")).refuses(401, "sign-in-refused");
}

#[test]
fn a_new_passphrase_opens_and_the_old_one_and_its_sessions_end() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let old = unlocking(&world, PASSPHRASE);
    let another = "plum harbor cactus velvet orbit lantern moss";
    let new = unlocking(&world, another);
    let file = seal(&new.identity.recipient(), identity_file(&trainer.unlocked.identity).as_bytes());
    let change = |bearer: &Bearer, proof: Option<&Bearer>, new: &Unlocking| {
        let body = NewUnlock {
            sign_in_hash: new.sign_in.hash(),
            unlock: Octets(file.clone()),
            proof: proof.map(Bearer::reveal),
        };
        answer(asks(Method::PUT, &world.url("/api/vault/unlock"), Some(bearer)).json(&body))
    };
    // A session alone does not change it, nor does another's proof or sheet.
    change(&trainer.desk.token, None, &new).refuses(401, "sign-in-refused");
    change(&trainer.desk.token, Some(&Bearer::random()), &new).refuses(401, "sign-in-refused");
    change(&Bearer::random(), None, &new).refuses(401, "sign-in-refused");
    change(&Bearer::random(), Some(&old.sign_in), &new).refuses(401, "sign-in-refused");
    trainer.gets("/api/links").succeeds();
    change(&trainer.desk.token, Some(&old.sign_in), &new).succeeds();
    trainer.gets("/api/links").refuses(401, "sign-in-refused");
    asks_in(&world, NAME, &old.sign_in, false).refuses(401, "sign-in-refused");
    let server = Server::at(world.origin()).unwrap();
    let desk = sign_in(server, &NAME.parse::<Name>().unwrap(), &new).unwrap();
    let opened = unlock(&desk.vault().unwrap(), &Passphrase::new(another)).unwrap();
    assert_eq!(opened.vault.display_name, DISPLAY);
    // And back, with the recovery sheet.
    change(&recovery_auth(&trainer.unlocked.identity), None, &old).succeeds();
    assert!(desk.vault().is_err(), "its sessions end too");
    asks_in(&world, NAME, &old.sign_in, false).succeeds();
}

#[test]
fn an_account_is_made_once_even_when_two_ask_at_once() {
    let world = World::new();
    let server = Server::at(world.origin()).unwrap();
    let token = world.set_up_token();
    let salt = salt(&server, &"mara".parse().unwrap()).unwrap();
    let made: Vec<bool> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..4)
            .map(|_| {
                let (server, token) = (server.clone(), token.clone());
                scope.spawn(move || {
                    let name = "mara".parse().unwrap();
                    let new = NewAccount::new(name, DISPLAY, &Passphrase::new(PASSPHRASE), salt);
                    new.create(server, &token).is_ok()
                })
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
    assert_eq!((world.count("accounts"), world.store().slots().len()), (1, 1));
}
