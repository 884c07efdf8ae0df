//! As much of HTTP/1.1 (RFC 9112) as files for a browser need.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::site::{Content, Site};

/// Request line and header fields together.
const MOST: u64 = 64 * 1024;

/// How long a browser may hold a connection open that it asks nothing on.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers the one request of a connection, which is closed behind the answer.
pub fn exchange(stream: &TcpStream, site: &Site) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let Some((method, url)) = request(stream)? else { return Ok(()) };
    let found = site.file(&url).filter(|_| method == "GET" || method == "HEAD");
    match found {
        Some(content) => answer(stream, content, method == "GET"),
        None => refuse(stream),
    }
}

/// The method and the URL of a request, once it is there to the end of its header; nothing where
/// there is none.
fn request(stream: &TcpStream) -> io::Result<Option<(String, String)>> {
    let mut lines = BufReader::new(stream.take(MOST)).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    for line in lines {
        if line?.is_empty() {
            let mut words = first.split(' ').map(str::to_owned);
            return Ok(words.next().zip(words.next()));
        }
    }
    Ok(None)
}

fn answer(mut stream: &TcpStream, mut content: Content, with_body: bool) -> io::Result<()> {
    let (kind, length) = (content.kind, content.file.metadata()?.len());
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Cache-Control: no-cache\r\nConnection: close\r\n\r\n"
    )?;
    if with_body {
        io::copy(&mut content.file, &mut stream)?;
    }
    Ok(())
}

fn refuse(mut stream: &TcpStream) -> io::Result<()> {
    let body = "not found\n";
    write!(
        stream,
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
