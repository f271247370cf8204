//! A record or a card that can not be read any more: the rest is listed, it is counted, and it goes
//! when its time is over.

use crate::sender::{Client, Parcel};
use crate::trainer::Trainer;
use crate::world::World;
use dewdrop::ids::SlotId;
use dewdrop::store::Change;
use dewdrop::time::Span;

/// Overwrites a record with what does not authenticate, as a failing disk does.
fn damages(world: &World, tree: &str, id: SlotId) {
    let key = [tree.as_bytes(), &[0], id.as_bytes()].concat();
    let value = [id.as_bytes().as_slice(), &[7; 90]].concat();
    world.store().commit(vec![Change::Put { key, value }]).unwrap();
}

#[test]
fn one_damaged_record_hides_no_other_and_is_destroyed_when_its_time_is_over() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let made = trainer.makes("several", 9, world.now());
    let link = Client::new().opens(&made.link.reveal()).unwrap();
    let [sound, damaged, coming] = [b"one", b"two", b"key"].map(|film| Parcel::of(&link, &[film]));
    sound.arrives();
    damaged.arrives();
    coming.announces().succeeds();
    let other = trainer.makes("other", 1, world.now());
    for (tree, id) in
        [("submissions", damaged.id.into()), ("submissions", coming.id.into()), ("links", other.id.into())]
    {
        damages(&world, tree, id);
    }
    let lists = trainer.lists();
    assert_eq!((lists.submissions.len(), lists.links.len(), lists.unreadable), (1, 1, 3));
    assert!(trainer.watches(sound.id) == [b"one"]);
    trainer.gets(&format!("/api/submissions/{}", damaged.id)).refuses(500, "internal");

    world.waits(Span::DAY.times(8));
    world.sweeps();
    for gone in [SlotId::from(damaged.id), coming.id.into(), other.id.into()] {
        assert!(!world.has_key_on_disk(gone) && !world.blobs_of(gone).exists());
    }
    assert_eq!(trainer.lists().unreadable, 0);
}

#[test]
fn a_damaged_card_counts_like_a_damaged_record() {
    let world = World::new();
    let trainer = Trainer::sets_up(&world);
    let [sound, damaged] = ["sound", "damaged"].map(|label| trainer.makes(label, 1, world.now()));
    let folder = world.blobs_of(damaged.id);
    let card = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let card = card.into_iter().find(|path| path.to_string_lossy().contains("card-")).unwrap();
    let mut bytes = std::fs::read(&card).unwrap();
    bytes[30] ^= 1;
    std::fs::write(&card, bytes).unwrap();
    let lists = trainer.lists();
    assert_eq!(
        (lists.links.iter().map(|link| link.id).collect::<Vec<_>>(), lists.unreadable),
        (vec![sound.id], 1)
    );
}
