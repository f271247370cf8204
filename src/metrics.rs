//! What is counted while the server runs, and the text of `/metrics` (OpenMetrics). The only file that
//! names prometheus_client.
//!
//! Only sums: no name, id, address or path goes in, because every label is a word of this program.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Counters of this process; a handle, cheap to clone.
#[derive(Clone, Default)]
pub struct Metrics {
    requests: Family<Labels<2>, Counter>,
    refused_sign_ins: Counter,
    received: Counter,
}

/// What stands at one instant.
#[derive(Debug, Default)]
pub struct Reading {
    pub uptime: u64,
    /// Word of the state, and how many.
    pub links: Vec<(&'static str, u64)>,
    pub submissions: Vec<(&'static str, u64)>,
    /// Alerts that are due and not told yet.
    pub alerts_waiting: u64,
    /// Ways of telling by which nothing comes through.
    pub alert_ways_failing: u64,
    /// Sealed bytes of what was received.
    pub stored: u64,
    /// Seconds since the last pass without a failure, or since the start.
    pub sweep_age: u64,
    pub sweep_failures: u64,
    pub disk_free: u64,
    pub disk_total: u64,
    pub low_water: u64,
    /// Bytes of the records on disk, and what of it is live.
    pub records: (u64, u64),
}

impl Metrics {
    /// A request was answered.
    pub fn answered(&self, class: &'static str, status: u16) {
        let status = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.requests.get_or_create(&[("class", class), ("status", status)]).inc();
    }

    /// Someone could not prove who they are.
    pub fn sign_in_refused(&self) {
        self.refused_sign_ins.inc();
    }

    /// Bytes of a body came.
    pub fn received(&self, bytes: usize) {
        self.received.inc_by(bytes as u64);
    }

    /// All of it as text.
    #[must_use]
    pub fn text(&self, now: &Reading) -> String {
        let mut all = <Registry>::with_prefix("dewdrop");
        all.register("build", "The version that runs", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        all.register("requests", "Requests by class and status", self.requests.clone());
        all.register("refused_sign_ins", "Sign-ins that were refused", self.refused_sign_ins.clone());
        all.register("received_bytes", "Bytes of bodies that came in", self.received.clone());
        for (name, help, by_state) in [
            ("links", "Links by state", &now.links),
            ("submissions", "Submissions by state", &now.submissions),
        ] {
            let family: Family<Labels<1>, Gauge> = Family::default();
            for (state, count) in by_state {
                family.get_or_create(&[("state", *state)]).set(signed(*count));
            }
            all.register(name, help, family);
        }
        let (records, live) = now.records;
        for (name, help, value) in [
            ("uptime_seconds", "Seconds since the start", now.uptime),
            ("stored_bytes", "Sealed bytes of what was received", now.stored),
            ("sweep_age_seconds", "Seconds since the last good sweep, or the start", now.sweep_age),
            ("sweep_failures", "Things that sweeps could not finish since the start", now.sweep_failures),
            ("alerts_waiting", "Alerts that are due and not told yet", now.alerts_waiting),
            ("alert_ways_failing", "Ways by which alerts do not go through", now.alert_ways_failing),
            ("disk_free_bytes", "Free bytes of the data's disk", now.disk_free),
            ("disk_total_bytes", "All bytes of the data's disk", now.disk_total),
            ("disk_low_water_bytes", "Free bytes below which nothing new is taken", now.low_water),
            ("records_bytes", "Bytes of the records on disk", records),
            ("records_live_bytes", "What of the records is live", live),
        ] {
            let gauge: Gauge = Gauge::default();
            gauge.set(signed(value));
            all.register(name, help, gauge);
        }
        let mut text = String::new();
        encode(&mut text, &all).expect("a string takes everything");
        text
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_and_what_stands_are_in_the_text() {
        let metrics = Metrics::default();
        metrics.answered("page", 200);
        metrics.answered("page", 204);
        metrics.answered("sender", 507);
        metrics.sign_in_refused();
        metrics.received(7);
        let text = metrics.text(&Reading { links: vec![("open", 3)], sweep_age: 61, ..Reading::default() });
        for line in [
            "dewdrop_requests_total{class=\"page\",status=\"2xx\"} 2",
            "dewdrop_requests_total{class=\"sender\",status=\"5xx\"} 1",
            "dewdrop_refused_sign_ins_total 1",
            "dewdrop_received_bytes_total 7",
            "dewdrop_links{state=\"open\"} 3",
            "dewdrop_sweep_age_seconds 61",
            concat!("dewdrop_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
            "# EOF",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
        }
    }
}
