//! The web pages are part of the binary: it is built anew when they are.

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
}
