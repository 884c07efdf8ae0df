//! The page on localhost, over the package that was just built.

mod site;

use std::net::{Ipv4Addr, SocketAddr};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use tiny_http::{Method, Request, Response, Server};

use crate::build;
use site::Site;

const PORT: u16 = 8080;

/// How many ports after the one wanted are tried.
const TRIES: u16 = 100;

/// Requests served at one time.
const THREADS: usize = 4;

/// Where to serve, and whether the package is built first.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    port: u16,
    build: bool,
}

/// Builds, serves and prints the address; it ends when the process is ended.
pub fn command(arguments: &[String]) -> Result<()> {
    let options = parse(arguments)?;
    if options.build {
        build::package()?;
    }
    let site = Site::of_this_repository()?;
    let server = open(options.port)?;
    println!("http://localhost:{}/", port(&server));
    serve(&server, &site);
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Options> {
    let mut options = Options { port: PORT, build: true };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--no-build" => options.build = false,
            "--port" => options.port = number(rest.next())?,
            other => bail!("`demo` takes --port N and --no-build, but `{other}` was given"),
        }
    }
    Ok(options)
}

fn number(argument: Option<&String>) -> Result<u16> {
    let port = argument.context("--port wants a number after it")?;
    port.parse().with_context(|| format!("--port wants a number from 0 to 65535, not `{port}`"))
}

/// Opens the port wanted or the next free one, for this machine alone. 0 is any free port.
fn open(wanted: u16) -> Result<Server> {
    let last = if wanted == 0 { 0 } else { wanted.saturating_add(TRIES) };
    let mut ports = (wanted..=last).map(listen);
    let first = ports.next().context("no port to try")?;
    let opened = first.or_else(|error| ports.find_map(Result::ok).ok_or(error));
    opened.map_err(|error| anyhow!("no port from {wanted} to {last} is free: {error}"))
}

fn listen(port: u16) -> Result<Server, String> {
    Server::http((Ipv4Addr::LOCALHOST, port)).map_err(|error| error.to_string())
}

fn port(server: &Server) -> u16 {
    server.server_addr().to_ip().map_or(0, |address: SocketAddr| address.port())
}

fn serve(server: &Server, site: &Site) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| server.incoming_requests().for_each(|request| answer(request, site)));
        }
    });
}

/// Answers one request. A browser that went away while it was answered is nobody's concern.
fn answer(request: Request, site: &Site) {
    let reads = matches!(request.method(), Method::Get | Method::Head);
    let sent = match site.file(request.url()).filter(|_| reads) {
        Some(file) => request.respond(file),
        None => request.respond(Response::from_string("not found\n").with_status_code(404)),
    };
    drop(sent);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_are_read_and_wrong_ones_refused() {
        assert_eq!(parse(&[]).expect("none"), Options { port: 8080, build: true });
        let both = parse(&words("--no-build --port 0")).expect("both");
        assert_eq!(both, Options { port: 0, build: false });
        for wrong in ["--port", "--port x", "--port 65536", "--prot 1"] {
            assert!(parse(&words(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_taken_port_leads_to_the_next_one() {
        let first = open(0).expect("any port");
        let second = open(port(&first)).expect("the next");
        assert!(port(&second) > port(&first));
    }

    #[test]
    fn only_this_machine_is_served() {
        let server = open(0).expect("any port");
        let address = server.server_addr().to_ip().expect("an address");
        assert!(address.ip().is_loopback());
    }
}
