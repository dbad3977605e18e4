//! Messages over standard input and output.
//!
//! What is not a message is answered with an error and passed over: an editor that sends one
//! broken message must not lose its server. A length that lies costs the messages it covers;
//! the next header that can be read is where reading goes on.

use std::io::{self, BufRead, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::proto::{Connection, Message};

/// Longest message that is read. An editor sends whole files, and no file that nhilint reads is
/// nearly as long.
const LONGEST: usize = 256 << 20;

/// Longest header line that is looked at.
const LONGEST_HEADER: u64 = 64 << 10;

/// Opens the connection. The threads end with the process.
pub(crate) fn stdio() -> Connection {
    let output = Arc::new(Mutex::new(io::stdout()));
    let (sender, outgoing) = unbounded();
    let (incoming, receiver) = unbounded();
    let answers = Arc::clone(&output);
    thread::spawn(move || write_all(&outgoing, &output));
    thread::spawn(move || {
        let mut input = io::BufReader::new(io::stdin());
        read_all(&mut input, &incoming, |complaint| {
            let mut output = answers.lock().unwrap_or_else(PoisonError::into_inner);
            // When the editor is gone there is nobody to tell.
            let _ = write_body(&mut *output, complaint.as_bytes());
        });
    });
    Connection { sender, receiver }
}

fn write_all(outgoing: &Receiver<Message>, output: &Mutex<io::Stdout>) {
    for message in outgoing {
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        if message.write(&mut *output).is_err() {
            return;
        }
    }
}

fn write_body(output: &mut impl Write, body: &[u8]) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
    output.write_all(body)?;
    output.flush()
}

/// Reads until the input ends or nobody listens.
fn read_all(input: &mut impl BufRead, incoming: &Sender<Message>, complain: impl Fn(&str)) {
    while let Some(body) = read_body(input) {
        match message(&body) {
            Ok(message) => {
                if incoming.send(message).is_err() {
                    return;
                }
            }
            Err((code, words)) => complain(&error(code, words)),
        }
    }
}

/// A message, or the code and the words of an error.
fn message(body: &[u8]) -> Result<Message, (i32, &'static str)> {
    let value: serde_json::Value =
        serde_json::from_slice(body).map_err(|_| (-32700, "this is not JSON"))?;
    serde_json::from_value(value).map_err(|_| (-32600, "this is not a message of the protocol"))
}

fn error(code: i32, words: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":{code},"message":"{words}"}}}}"#)
}

/// The body of the next message; `None` at the end of the input. Text before a header is passed
/// over.
fn read_body(input: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        let read = input.take(LONGEST_HEADER).read_until(b'\n', &mut line).ok()?;
        if read == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        match content_length(line) {
            Some(it) => length = Some(it),
            None if line.is_empty() => match length.take() {
                Some(length) => return read_exactly(input, length),
                None => continue,
            },
            None => {}
        }
    }
}

/// The number of a `Content-Length` header, which may follow the rest of a message whose own
/// length was too short.
fn content_length(line: &str) -> Option<usize> {
    const NAME: &str = "content-length:";
    let at = line.to_ascii_lowercase().rfind(NAME)?;
    let length = line.get(at + NAME.len()..)?.trim().parse().ok()?;
    (length <= LONGEST).then_some(length)
}

/// Memory grows with what arrives, not with what a header announces.
fn read_exactly(input: &mut impl BufRead, length: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let read = input.take(length as u64).read_to_end(&mut body).ok()?;
    (read == length).then_some(body)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn read(input: &[u8]) -> (Vec<String>, Vec<String>) {
        let (sender, receiver) = unbounded();
        let complaints = RefCell::new(Vec::new());
        read_all(&mut io::BufReader::new(input), &sender, |it| {
            complaints.borrow_mut().push(it.to_owned());
        });
        drop(sender);
        let methods = receiver.into_iter().map(|it| match it {
            Message::Request(it) => it.method,
            Message::Notification(it) => it.method,
            Message::Response(_) => "response".to_owned(),
        });
        (methods.collect(), complaints.into_inner())
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const PING: &str = r#"{"jsonrpc":"2.0","method":"ping"}"#;

    #[test]
    fn broken_messages_are_answered_and_passed_over() {
        for (broken, code) in [
            (framed("{"), "-32700"),
            (framed("[]"), "-32600"),
            (framed("7"), "-32600"),
            (framed("{\"jsonrpc\":\"2.0\"}"), "-32600"),
            (framed("\u{0}"), "-32700"),
        ] {
            let (methods, complaints) = read(format!("{broken}{}", framed(PING)).as_bytes());
            assert_eq!(methods, ["ping"], "{broken}");
            assert_eq!(complaints.len(), 1, "{broken}");
            assert!(complaints[0].contains(code), "{complaints:?}");
        }
    }

    #[test]
    fn wrong_lengths_cost_what_they_cover() {
        let short = format!("Content-Length: 5\r\n\r\n{PING}");
        let (methods, complaints) = read(format!("{short}{}", framed(PING)).as_bytes());
        assert_eq!((methods.len(), complaints.len()), (1, 1));
        let long = format!("Content-Length: {}\r\n\r\n{PING}", PING.len() + 10);
        let rest = framed(PING).repeat(2);
        let (methods, complaints) = read(format!("{long}{rest}").as_bytes());
        assert_eq!((methods.len(), complaints.len()), (1, 1));
        for header in
            ["Content-Length: -1", "Content-Length: x", "Content-Length: 99999999999999", "X"]
        {
            let (methods, _) = read(format!("{header}\r\n\r\n{}", framed(PING)).as_bytes());
            assert_eq!(methods, ["ping"], "{header}");
        }
    }

    #[test]
    fn headers_are_read_in_any_case_and_company() {
        let text = format!(
            "content-length: {}\nContent-Type: application/vscode-jsonrpc; charset=utf-8\n\n{PING}",
            PING.len()
        );
        assert_eq!(read(text.as_bytes()).0, ["ping"]);
        assert_eq!(read(b"Content-Length: 100\r\n\r\n{").0, Vec::<String>::new());
        assert_eq!(read(b"").0, Vec::<String>::new());
    }
}
