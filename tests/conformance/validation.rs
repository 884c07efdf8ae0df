use actor_journal::{Journal, NewEvent, PersistenceId, Tag};

use crate::words::{append, event, id, named, read, tagged};

pub async fn ids_follow_the_rules(journal: &impl Journal) {
    let longest = "ü".repeat(255);
    for allowed in
        ["a", "a b", "ключ", "a.b", "...", "a,b", "%", "'; DROP TABLE events; --", &longest]
    {
        append(journal, allowed, 0, event(1)).await;
        assert_eq!(read(journal, allowed).await[0].id.as_str(), allowed);
    }
    let too_long = "ü".repeat(256);
    for refused in ["", ".", "..", "a/b", "a\\b", "a\n", "\u{0}", "\u{85}", &too_long] {
        let error = PersistenceId::new(refused).unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
        assert!(error.to_string().contains(&format!("{refused:?}")), "{error}");
    }
}

pub async fn tags_follow_the_rules(journal: &impl Journal) {
    let longest = "ü".repeat(255);
    let allowed = ["a", "a b", "a/b", ".", "ключ", "' OR 1=1", &longest];
    append(journal, "a", 0, tagged(1, &allowed)).await;
    assert!(read(journal, "a").await[0].tags.iter().map(Tag::as_str).eq(allowed));
    let too_long = "ü".repeat(256);
    for refused in ["", "a,b", "a\tb", &too_long] {
        let error = event(1).tagged([refused]).unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
        assert!(error.to_string().contains(&format!("{refused:?}")), "{error}");
    }
}

pub async fn manifests_follow_the_rules(journal: &impl Journal) {
    let longest = "\u{fc}".repeat(255);
    let allowed = ["a", "a b", "a,b", "a/b", " ", "2", "ключ", &longest];
    append(journal, "a", 0, allowed.map(|name| named(1, name, 1)).to_vec()).await;
    let stored = read(journal, "a").await;
    assert!(stored.iter().map(|event| event.manifest.as_ref().unwrap().name()).eq(allowed));
    let too_long = "\u{fc}".repeat(256);
    for refused in ["", "a\tb", "\u{1f}", &too_long] {
        let error = event(1).named(refused, 1).unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
        assert!(error.to_string().contains(&format!("{refused:?}")), "{error}");
    }
    for version in [0, 1 << 31, u32::MAX] {
        let error = event(1).named("a", version).unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
        assert!(error.to_string().contains(&version.to_string()), "{error}");
    }
}

pub async fn more_than_64_tags_are_refused_and_nothing_is_written(journal: &impl Journal) {
    let many = |count: u64| event(1).tagged((0..count).map(|tag| format!("t{tag}"))).unwrap();
    append(journal, "a", 0, many(64)).await;
    let batch: Vec<NewEvent> = vec![event(2), many(65)];
    let error = journal.append(&id("a"), 1, batch.into()).await.unwrap_err();
    assert_eq!(error.code(), "invalid-argument");
    assert!(error.to_string().contains("entry 1 has 65 tags"), "{error}");
    assert_eq!(read(journal, "a").await.len(), 1);
}

pub async fn a_tag_twice_is_refused_and_nothing_is_written(journal: &impl Journal) {
    let mut twice = tagged(1, &["x"]);
    twice.tags.push(twice.tags[0].clone());
    let error = journal.append(&id("a"), 0, vec![event(1), twice].into()).await.unwrap_err();
    assert_eq!(error.code(), "invalid-argument");
    assert_eq!(read(journal, "a").await, []);
}
