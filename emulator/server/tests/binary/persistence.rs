//! A state file survives the end of the process, whenever it comes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};

use serde_json::{Value, json};

use crate::connection::call;
use crate::program::{FAILURE_GUARD, Program, new_path, refusal};

/// How often the process is killed.
const KILLS: u32 = 100;

/// A file of its own for a test.
struct StateFile(PathBuf);

impl StateFile {
    fn new(name: &str) -> Self {
        Self(new_path(name))
    }

    fn start(&self) -> Program {
        let path = self.0.to_str().unwrap();
        Program::start(&["--state-file", path, "--persist", "--log-level", "warn"])
    }
}

impl Drop for StateFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Sends a request and gives the status and body of the answer, if there is
/// one: the process may end at any moment.
fn exchange(
    stream: &mut BufReader<TcpStream>,
    (method, target): (&str, &str),
    headers: &str,
    body: &str,
) -> Option<(u16, Value)> {
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    stream.get_mut().write_all(request.as_bytes()).ok()?;
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((status, serde_json::from_slice(&body).unwrap_or_default()))
}

fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    connect_before_the_end(address).unwrap()
}

/// `None` if the process has been killed already.
fn connect_before_the_end(address: SocketAddr) -> Option<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(FAILURE_GUARD)).unwrap();
    Some(BufReader::new(stream))
}

/// What was answered, and so has to be found again.
#[derive(Debug)]
enum Acknowledged {
    Created {
        service_account: String,
        id: String,
    },
    Deleted {
        service_account: String,
    },
    Role {
        name: String,
    },
    /// Something that leaves nothing to look for.
    Rewritten,
}

/// Makes associations, and deletes every third again, until the process ends.
fn associate(address: SocketAddr, stem: &str, told: &Sender<Acknowledged>) -> Option<()> {
    let mut stream = connect_before_the_end(address)?;
    for number in 0.. {
        let service_account = format!("{stem}-{number}");
        let body = json!({
            "namespace": "app", "serviceAccount": service_account,
            "roleArn": "arn:aws:iam::123456789012:role/pods",
        });
        let target = "/clusters/demo/pod-identity-associations";
        let made = exchange(&mut stream, ("POST", target), "", &body.to_string());
        let (status, answer) = made?;
        assert_eq!(status, 200, "{answer}");
        let id = answer["association"]["associationId"].as_str().unwrap();
        let created = Acknowledged::Created {
            service_account: service_account.clone(),
            id: id.to_owned(),
        };
        told.send(created).ok()?;
        if number % 3 == 0 {
            let target = format!("{target}/{id}");
            let (status, answer) = exchange(&mut stream, ("DELETE", &target), "", "")?;
            assert_eq!(status, 200, "{answer}");
            told.send(Acknowledged::Deleted { service_account }).ok()?;
        }
    }
    Some(())
}

/// Makes roles, and resets another account, which writes the file anew.
fn make_roles(address: SocketAddr, stem: &str, told: &Sender<Acknowledged>) -> Option<()> {
    let mut stream = connect_before_the_end(address)?;
    for number in 0.. {
        let name = format!("{stem}-{number}");
        let trust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22pods.eks.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";
        let form = format!(
            "Action=CreateRole&Version=2010-05-08&RoleName={name}&AssumeRolePolicyDocument={trust}"
        );
        let headers = "content-type: application/x-www-form-urlencoded\r\n";
        let (status, _) = exchange(&mut stream, ("POST", "/"), headers, &form)?;
        assert_eq!(status, 200);
        told.send(Acknowledged::Role { name }).ok()?;
        if number % 4 == 3 {
            let target = "/_emulator/v1/reset?account=999988887777";
            let (status, answer) = exchange(&mut stream, ("POST", target), "", "")?;
            assert_eq!(status, 204, "{answer}");
            told.send(Acknowledged::Rewritten).ok()?;
        }
    }
    Some(())
}

/// All that has to be there, by service account, what must not, and roles.
#[derive(Debug, Default)]
struct Expected {
    present: BTreeMap<String, String>,
    absent: BTreeSet<String>,
    roles: BTreeSet<String>,
}

impl Expected {
    fn add(&mut self, acknowledged: Acknowledged) {
        match acknowledged {
            Acknowledged::Created {
                service_account,
                id,
            } => {
                self.present.insert(service_account, id);
            }
            Acknowledged::Deleted { service_account } => {
                self.present.remove(&service_account);
                self.absent.insert(service_account);
            }
            Acknowledged::Role { name } => drop(self.roles.insert(name)),
            Acknowledged::Rewritten => {}
        }
    }

    /// What was under way when the process ended may have happened or not.
    fn check(&self, address: SocketAddr, round: u32) {
        let found = associations(address);
        for (service_account, id) in &self.present {
            match found.get(service_account) {
                Some(found) => assert_eq!(found, id, "round {round}"),
                // Its deletion was under way.
                None => assert!(
                    is_deleted(service_account),
                    "round {round}: {service_account} is lost"
                ),
            }
        }
        for service_account in &self.absent {
            assert!(
                !found.contains_key(service_account),
                "round {round}: {service_account} is back"
            );
        }
        let mut stream = connect(address);
        for name in &self.roles {
            let form = format!("Action=GetRole&Version=2010-05-08&RoleName={name}");
            let headers = "content-type: application/x-www-form-urlencoded\r\n";
            let answer = exchange(&mut stream, ("POST", "/"), headers, &form);
            assert_eq!(answer.unwrap().0, 200, "round {round}: role {name} is lost");
        }
    }
}

/// Whether its maker deletes an association again.
fn is_deleted(service_account: &str) -> bool {
    let number: u32 = service_account.rsplit('-').next().unwrap().parse().unwrap();
    number.is_multiple_of(3)
}

fn associations(address: SocketAddr) -> BTreeMap<String, String> {
    let mut stream = connect(address);
    let (mut found, mut page) = (BTreeMap::new(), String::new());
    loop {
        let target = format!("/clusters/demo/pod-identity-associations?maxResults=100{page}");
        let (_, answer) = exchange(&mut stream, ("GET", &target), "", "").unwrap();
        for association in answer["associations"].as_array().unwrap() {
            let text = |member: &str| association[member].as_str().unwrap().to_owned();
            found.insert(text("serviceAccount"), text("associationId"));
        }
        match answer["nextToken"].as_str() {
            Some(token) => {
                page = format!(
                    "&nextToken={}",
                    token
                        .replace('=', "%3D")
                        .replace('+', "%2B")
                        .replace('/', "%2F")
                )
            }
            None => return found,
        }
    }
}

fn create_cluster(address: SocketAddr) {
    let body = json!({
        "name": "demo", "roleArn": "arn:aws:iam::123456789012:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    let answer = call(address, "POST", "/clusters", &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_has_cluster(address);
}

fn assert_has_cluster(address: SocketAddr) {
    assert_eq!(call(address, "GET", "/clusters/demo", "").status, 200);
}

/// The process is killed as soon as a number of calls has been answered that
/// differs from round to round, with others under way.
#[test]
fn nothing_that_was_answered_is_lost_when_the_process_is_killed() {
    let file = StateFile::new("kill");
    let mut expected = Expected::default();
    let mut chance = 1_u64;
    for round in 0..KILLS {
        let program = file.start();
        let address = program.address;
        match round {
            0 => create_cluster(address),
            // What is lost once is lost for good: it need not be looked for
            // after every end.
            _ if round.is_multiple_of(10) => expected.check(address, round),
            _ => {}
        }
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let answered = 1 + (chance >> 59);
        let (told, heard) = mpsc::channel();
        let makers = ["a", "b", "c"].map(|name| {
            let (told, stem) = (told.clone(), format!("r{round}-{name}"));
            std::thread::spawn(move || match name {
                "c" => make_roles(address, &stem, &told),
                _ => associate(address, &stem, &told),
            })
        });
        drop(told);
        for _ in 0..=answered {
            expected.add(heard.recv_timeout(FAILURE_GUARD).unwrap());
        }
        program.signal("KILL");
        // Who was answered before the end says so.
        heard
            .iter()
            .for_each(|acknowledged| expected.add(acknowledged));
        for maker in makers {
            let _: Option<()> = maker.join().unwrap();
        }
        assert_eq!(program.wait().code, None);
    }
    let program = file.start();
    expected.check(program.address, KILLS);
    assert!(expected.present.len() > 200, "{}", expected.present.len());
    assert!(expected.roles.len() > 100, "{}", expected.roles.len());
    program.stop_unharmed();
}

#[test]
fn without_persist_the_state_is_written_at_the_end() {
    let file = StateFile::new("stop");
    let path = file.0.to_str().unwrap();
    let program = Program::start(&["--state-file", path]);
    create_cluster(program.address);
    assert!(!file.0.exists());
    program.stop_unharmed();
    let program = Program::start(&["--state-file", path]);
    assert_has_cluster(program.address);
    program.stop_unharmed();
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_state_file() {
    use std::os::unix::fs::PermissionsExt;
    let file = StateFile::new("mode");
    file.start().stop_unharmed();
    let mode = std::fs::metadata(&file.0).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// What serves with a state file that has every change.
fn persisting(path: &str) -> [&str; 6] {
    [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--state-file",
        path,
        "--persist",
    ]
}

#[test]
fn a_file_that_is_no_state_is_refused_and_left_alone() {
    let file = StateFile::new("foreign");
    std::fs::write(&file.0, "{\"mine\": true}\n").unwrap();
    let path = file.0.to_str().unwrap();
    let flags = persisting(path);
    let expected =
        format!("error: the state file: {path}: it has no schema: is it a state document?");
    assert_eq!(refusal(&[], &flags, 1), expected);
    assert_eq!(read(&file.0), "{\"mine\": true}\n");
}

#[test]
fn a_line_that_was_not_written_to_its_end_is_dropped() {
    let file = StateFile::new("torn");
    let program = file.start();
    create_cluster(program.address);
    program.signal("KILL");
    program.wait();
    let mut torn = read(&file.0);
    torn.push_str("{\"cluster\":{\"home\":{\"part");
    std::fs::write(&file.0, torn).unwrap();
    let program = file.start();
    assert_has_cluster(program.address);
    program.stop_unharmed();
}

/// Texts of users need not be ASCII, and a disk is full at any byte.
#[test]
fn a_line_that_ends_within_a_character_is_dropped() {
    let file = StateFile::new("torn_character");
    let program = file.start();
    create_cluster(program.address);
    program.signal("KILL");
    program.wait();
    let mut torn = std::fs::read(&file.0).unwrap();
    torn.extend(b"{\"cluster\":{\"home\":{\"partition\":\"\xc3");
    std::fs::write(&file.0, torn).unwrap();
    let program = file.start();
    assert_has_cluster(program.address);
    program.stop_unharmed();
}

/// A folder of its own for a test, with a state file that is not there yet.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Self(new_path(name));
        folder.make();
        folder
    }

    fn make(&self) {
        std::fs::create_dir(&self.0).unwrap();
    }

    fn remove(&self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }

    fn file(&self) -> String {
        self.0.join("state.json").to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.remove();
    }
}

#[test]
fn a_change_over_the_control_endpoints_is_not_acknowledged_if_it_is_not_written() {
    let folder = Folder::new("unwritable");
    let program = Program::start(&["--state-file", &folder.file(), "--persist"]);
    let mut stream = connect(program.address);
    let mut reset = || {
        let asked = exchange(&mut stream, ("POST", "/_emulator/v1/reset"), "", "");
        asked.unwrap()
    };
    assert_eq!(reset().0, 204);
    folder.remove();
    let refusal = json!({
        "code": "NotPersisted", "message": "The emulator cannot write its state file.",
    });
    assert_eq!(reset(), (500, refusal));
    folder.make();
    assert_eq!(reset().0, 204);
    program.stop_unharmed();
}

#[test]
fn the_program_fails_if_it_cannot_write_its_state_at_the_end() {
    for flag in ["--quiet", "--persist"] {
        let folder = Folder::new("lost");
        let program = Program::start(&["--state-file", &folder.file(), flag]);
        folder.remove();
        let ended = program.stop();
        assert_eq!(ended.code, Some(1), "{flag}: {}", ended.stderr);
        let last = ended.stderr.lines().last().unwrap();
        assert!(last.starts_with("error: the state is lost: "), "{last}");
    }
}

/// Each would lose what the other writes.
#[test]
fn two_emulators_do_not_write_to_one_state_file() {
    let file = StateFile::new("shared");
    let path = file.0.to_str().unwrap();
    let first = file.start();
    create_cluster(first.address);
    let flags = persisting(path);
    let expected =
        format!("error: the state file: {path} is the state file of another emulator that runs");
    assert_eq!(refusal(&[], &flags, 1), expected);
    // One that writes at its end only has nothing to lose before.
    let late = Program::start(&["--state-file", path]);
    assert_eq!(late.stop().code, Some(1));
    first.signal("KILL");
    first.wait();
    let next = file.start();
    assert_has_cluster(next.address);
    next.stop_unharmed();
}

#[test]
fn what_a_killed_process_has_not_finished_is_cleared_away() {
    let folder = Folder::new("litter");
    let path = folder.file();
    let (litter, kept) = (format!("{path}.123.unfinished"), format!("{path}.123"));
    for file in [&litter, &kept] {
        std::fs::write(file, "{}").unwrap();
    }
    let program = Program::start(&["--state-file", &path, "--persist"]);
    assert!(!Path::new(&litter).exists());
    assert!(Path::new(&kept).exists());
    program.stop_unharmed();
}

/// A number of a process is easily guessed.
#[cfg(unix)]
#[test]
fn a_link_that_somebody_has_put_beside_the_state_file_is_not_written_through() {
    let folder = Folder::new("planted");
    let (path, of_others) = (folder.file(), folder.0.join("precious"));
    std::fs::write(&of_others, "precious").unwrap();
    let program = Program::start(&["--state-file", &path]);
    let link = format!("{path}.{}.unfinished", program.id());
    std::os::unix::fs::symlink(&of_others, link).unwrap();
    program.stop_unharmed();
    assert!(Path::new(&path).exists());
    assert_eq!(read(&of_others), "precious");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
