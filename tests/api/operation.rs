//! What an operator's monitor is told: well, or not well, and not why.

use crate::raw::{answer, asks};
use crate::world::World;
use dewdrop::time::Span;
use reqwest::Method;

fn health(world: &World) -> (u16, String) {
    let answer = answer(asks(Method::GET, &world.url("/healthz"), None));
    (answer.status, String::from_utf8(answer.body).unwrap())
}

#[test]
fn a_server_that_has_not_swept_for_an_hour_is_not_well() {
    let world = World::new();
    assert_eq!(health(&world), (200, "ok".into()));
    world.waits(Span(3599));
    assert_eq!(health(&world), (200, "ok".into()));
    world.waits(Span(1));
    assert_eq!(health(&world), (503, "not well".into()));
}

#[test]
fn a_server_without_room_is_not_well() {
    let mut world = World::new();
    world.restarts_with_low_water(u64::MAX);
    assert_eq!(health(&world), (503, "not well".into()));
}

#[test]
fn metrics_are_not_on_the_public_address() {
    let world = World::new();
    answer(asks(Method::GET, &world.url("/metrics"), None)).refuses(404, "not-available");
}
