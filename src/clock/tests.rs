use super::*;

const START: Time = Time(1_800_000_000);
const HOUR: u64 = 3600;

fn later(hours: u64) -> Time {
    START + Span::HOUR.times(hours)
}

fn both(clock: &Clock) -> (u64, u64) {
    let now = clock.now();
    (now.reads.since(START).0, now.erases.since(START).0)
}

fn home() -> (tempfile::TempDir, crate::store::Paths) {
    let folder = tempfile::tempdir().unwrap();
    let paths = crate::store::Paths { data: folder.path().join("data"), keys: folder.path().join("keys") };
    (folder, paths)
}

#[test]
fn both_readings_follow_the_wall_clock() {
    let clock = Clock::manual(START);
    clock.advance(Span::DAY);
    assert_eq!(clock.now(), Now::at(later(24)));
    clock.set(later(100));
    assert_eq!((clock.now(), clock.boot().as_secs()), (Now::at(later(100)), 100 * HOUR));
    assert_eq!(clock.tick().unwrap(), None);
}

#[test]
fn neither_runs_backwards() {
    let clock = Clock::manual(START);
    clock.advance(Span::DAY);
    assert_eq!(both(&clock), (24 * HOUR, 24 * HOUR));
    clock.leap(START);
    assert_eq!(both(&clock), (24 * HOUR, 24 * HOUR));
    clock.advance(Span::HOUR);
    assert_eq!(both(&clock), (24 * HOUR, 24 * HOUR));
    clock.advance(Span::DAY);
    assert_eq!(both(&clock), (25 * HOUR, 25 * HOUR));
    assert_eq!(clock.tick().unwrap(), None, "there is nothing to bring down");
}

#[test]
fn a_leap_of_an_hour_is_believed_and_one_second_more_is_not() {
    let clock = Clock::manual(START);
    clock.leap(later(1));
    assert_eq!(both(&clock), (HOUR, HOUR));
    clock.leap(Time(later(2).0 + 1));
    assert_eq!(both(&clock), (2 * HOUR + 1, HOUR));
}

#[test]
fn after_a_leap_reads_follow_at_once_and_erases_keep_the_pace_of_boot_time() {
    let clock = Clock::manual(START);
    clock.leap(later(24 * 30));
    assert_eq!(both(&clock), (720 * HOUR, 0));
    clock.advance(Span::HOUR);
    assert_eq!(both(&clock), (721 * HOUR, HOUR));
    assert_eq!(clock.status().held_for, Some(Span(5 * HOUR)));
    assert_eq!(clock.tick().unwrap(), None);
}

#[test]
fn a_leap_is_believed_after_six_hours_of_boot_time() {
    let clock = Clock::manual(START);
    clock.leap(later(100));
    assert_eq!(both(&clock), (100 * HOUR, 0));
    clock.advance(Span(6 * HOUR - 1));
    assert_eq!(both(&clock), (106 * HOUR - 1, 6 * HOUR - 1));
    clock.advance(Span(1));
    assert_eq!(both(&clock), (106 * HOUR, 106 * HOUR));
    assert_eq!((clock.tick().unwrap(), clock.status().held_for), (None, None));
}

#[test]
fn a_leap_is_believed_when_the_kernel_or_a_person_says_so() {
    for by_kernel in [true, false] {
        let clock = Clock::manual(START);
        clock.leap(later(100));
        assert_eq!(both(&clock), (100 * HOUR, 0));
        if by_kernel {
            clock.synchronise(true);
            assert_eq!(clock.tick().unwrap(), None);
        } else {
            clock.confirm();
        }
        assert_eq!(both(&clock), (100 * HOUR, 100 * HOUR));
    }
}

#[test]
fn a_wall_clock_that_comes_back_takes_reads_back_to_erases_and_corrects_once() {
    let clock = Clock::manual(START);
    clock.leap(later(24 * 30));
    let given = clock.now().reads + Span::DAY;
    clock.advance(Span::HOUR);
    assert_eq!(clock.tick().unwrap(), None);
    clock.leap(later(1));
    assert_eq!(both(&clock), (HOUR, HOUR));
    let correction = clock.tick().unwrap().unwrap();
    assert_eq!(correction.erases, later(1));
    assert_eq!(correction.brings_down(given, Span::DAY), Some(later(25)));
    assert_eq!(correction.brings_down(later(25), Span::DAY), None);
    assert_eq!(clock.tick().unwrap(), Some(correction), "until it was made");
    clock.corrected().unwrap();
    assert_eq!(clock.tick().unwrap(), None);
}

#[test]
fn a_leap_that_was_believed_does_not_come_back() {
    let clock = Clock::manual(START);
    clock.leap(later(100));
    clock.confirm();
    clock.leap(later(1));
    assert_eq!(both(&clock), (100 * HOUR, 100 * HOUR));
    assert_eq!(clock.tick().unwrap(), None);
    clock.reset().unwrap();
    assert_eq!(both(&clock), (HOUR, HOUR));
    assert!(clock.tick().unwrap().is_some(), "what was given meanwhile is brought down");
}

#[test]
fn the_mark_survives_a_restart_and_follows_erases_only() {
    let (_folder, paths) = home();
    let store = Store::open(&paths).unwrap();
    let clock = Clock::manual_over(&store, START).unwrap();
    clock.advance(Span::HOUR);
    clock.tick().unwrap();
    clock.leap(later(500));
    assert_eq!(both(&clock), (500 * HOUR, HOUR));
    clock.tick().unwrap();
    drop((clock, store));
    let store = Store::open(&paths).unwrap();
    let clock = Clock::manual_over(&store, START).unwrap();
    assert_eq!(both(&clock), (HOUR, HOUR), "a wall clock that is behind does not count");
    assert_eq!(clock.tick().unwrap(), Some(Correction { erases: later(1) }), "the leap was not forgotten");
    clock.corrected().unwrap();
    drop(clock);
    let clock = Clock::manual_over(&store, later(72)).unwrap();
    assert_eq!(both(&clock), (72 * HOUR, 72 * HOUR), "a gap at a start is downtime");
    assert_eq!(clock.tick().unwrap(), None);
}

#[test]
fn the_clock_of_the_machine_tells_wall_and_boot_time() {
    let (_folder, paths) = home();
    let store = Store::open(&paths).unwrap();
    let clock = Clock::open(&store).unwrap();
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = clock.now();
    assert!(now.reads.0.abs_diff(before) <= 2 && now.erases == now.reads);
    assert!(clock.boot() > Duration::ZERO && clock.boot() >= clock.0.hands.read().boot / 2);
    assert_eq!(clock.tick().unwrap(), None);
    let status = clock.status();
    assert_eq!((status.now.reads, status.held_for), (status.wall, None));
}
