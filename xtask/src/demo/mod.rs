//! The page on localhost, over the package that was just built.

mod http;
mod site;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};

use crate::build;
use site::Site;

const PORT: u16 = 8080;

/// How many ports after the one wanted are tried.
const TRIES: u16 = 100;

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
    let listener = open(options.port)?;
    println!("http://localhost:{}/", listener.local_addr()?.port());
    serve(&listener, &site);
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
fn open(wanted: u16) -> Result<TcpListener> {
    let last = if wanted == 0 { 0 } else { wanted.saturating_add(TRIES) };
    let mut ports = (wanted..=last).map(listen);
    let first = ports.next().context("no port to try")?;
    let opened = first.or_else(|error| ports.find_map(Result::ok).ok_or(error));
    opened.map_err(|error| anyhow!("no port from {wanted} to {last} is free: {error}"))
}

fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

/// Gives each connection a thread of its own: a browser opens some ahead of need and lets them
/// wait, and they must not stand in the way of those it asks on.
fn serve(listener: &TcpListener, site: &Site) {
    thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            // A browser that went away while it was answered is nobody's concern.
            scope.spawn(move || drop(http::exchange(&stream, site)));
        }
    });
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpStream;

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
        let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
        let second = open(port(&first)).expect("the next");
        assert!(port(&second) > port(&first));
    }

    #[test]
    fn only_this_machine_is_served() {
        let address = open(0).and_then(|listener| Ok(listener.local_addr()?));
        assert!(address.expect("an address").ip().is_loopback());
    }

    #[test]
    fn connections_that_ask_nothing_do_not_hold_up_one_that_does() {
        let (_folder, site) = site::tests::site();
        let listener = open(0).expect("any port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || serve(&listener, &site));
        let connect = || TcpStream::connect(address).expect("a connection");
        let _silent: Vec<_> = (0..20).map(|_| connect()).collect();
        let mut asking = connect();
        asking.write_all(b"GET /pkg/wasm/a%20b.wasm HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
        let answer = io::read_to_string(&asking).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/wasm\r\n"));
        assert!(answer.ends_with("\r\n\r\nwasm"), "{answer}");
    }

    #[test]
    fn what_is_not_there_or_not_read_is_refused() {
        let (_folder, site) = site::tests::site();
        let listener = open(0).expect("any port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || serve(&listener, &site));
        for wrong in ["GET /no HTTP/1.1", "POST / HTTP/1.1"] {
            let mut stream = TcpStream::connect(address).expect("a connection");
            stream.write_all(format!("{wrong}\r\n\r\n").as_bytes()).expect("sent");
            let answer = io::read_to_string(&stream).expect("an answer");
            assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        }
    }
}
