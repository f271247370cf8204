//! Alerts end to end, against real receivers on this machine: one module a way.

mod set;

use crate::raw::{Answer, answer};
use crate::trainer::Trainer;
use dewdrop::api::Alerts;
use reqwest::Method;
use serde_json::Value;

impl Trainer {
    /// Sets where alerts go.
    fn wants(&self, alerts: &Value) -> Answer {
        answer(self.request(Method::PUT, "/api/alerts").json(alerts))
    }

    fn alerts(&self) -> Alerts {
        self.gets("/api/alerts").succeeds().json()
    }

    fn tests(&self, way: &str) -> Answer {
        answer(self.request(Method::POST, "/api/alerts/test").json(&serde_json::json!({ "way": way })))
    }
}
