//! What JavaScript passes as objects, read field by field: a deserializer would be a larger download.

use actor_journal_binding as binding;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `JournalOpenOptions`, `SnapshotsOpenOptions` or `DurableStatesOpenOptions` in TypeScript.
    pub type OpenOptions;
    #[wasm_bindgen(method, getter)]
    fn path(this: &OpenOptions) -> String;
    #[wasm_bindgen(method, getter, js_name = eventsTable)]
    fn events_table(this: &OpenOptions) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = snapshotsTable)]
    fn snapshots_table(this: &OpenOptions) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = statesTable)]
    fn states_table(this: &OpenOptions) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn wal(this: &OpenOptions) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = keepN)]
    fn keep_n(this: &OpenOptions) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = busyTimeoutMs)]
    fn busy_timeout_ms(this: &OpenOptions) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = checkpointPages)]
    fn checkpoint_pages(this: &OpenOptions) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn synchronous(this: &OpenOptions) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = readOnly)]
    fn read_only(this: &OpenOptions) -> Option<bool>;

    /// `BindingFilter` in TypeScript.
    pub type Filter;
    #[wasm_bindgen(method, getter)]
    fn all(this: &Filter) -> Vec<String>;
    #[wasm_bindgen(method, getter)]
    fn any(this: &Filter) -> Vec<String>;
    #[wasm_bindgen(method, getter)]
    fn not(this: &Filter) -> Vec<String>;

    /// `BindingProjection` in TypeScript.
    pub type Projection;
    #[wasm_bindgen(method, getter)]
    fn name(this: &Projection) -> String;
    #[wasm_bindgen(method, getter)]
    fn tables(this: &Projection) -> Vec<String>;

    /// `BindingSkipped` in TypeScript.
    pub type SkippedEvent;
    #[wasm_bindgen(method, getter, js_name = persistenceId)]
    fn persistence_id(this: &SkippedEvent) -> String;
    #[wasm_bindgen(method, getter, js_name = sequenceNr)]
    fn sequence_nr(this: &SkippedEvent) -> f64;
    #[wasm_bindgen(method, getter)]
    fn position(this: &SkippedEvent) -> f64;
    #[wasm_bindgen(method, getter)]
    fn error(this: &SkippedEvent) -> String;
    #[wasm_bindgen(method, getter)]
    fn timestamp(this: &SkippedEvent) -> f64;

    /// `Manifest` in TypeScript.
    pub type Manifest;
    #[wasm_bindgen(method, getter)]
    fn manifest(this: &Manifest) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn version(this: &Manifest) -> Option<f64>;

    /// `SnapshotBounds` in TypeScript.
    pub type SnapshotBounds;
    #[wasm_bindgen(method, getter, js_name = minSeq)]
    fn min_seq(this: &SnapshotBounds) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxSeq)]
    fn max_seq(this: &SnapshotBounds) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = minTimestamp)]
    fn min_timestamp(this: &SnapshotBounds) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxTimestamp)]
    fn max_timestamp(this: &SnapshotBounds) -> Option<f64>;
}

impl From<OpenOptions> for binding::OpenOptions {
    fn from(options: OpenOptions) -> Self {
        let table = options.events_table().or_else(|| options.snapshots_table());
        Self {
            path: options.path(),
            table: table.or_else(|| options.states_table()),
            wal: options.wal(),
            keep_n: options.keep_n(),
            busy_timeout_ms: options.busy_timeout_ms(),
            checkpoint_pages: options.checkpoint_pages(),
            synchronous: options.synchronous(),
            read_only: options.read_only(),
        }
    }
}

impl From<Filter> for binding::Filter {
    fn from(filter: Filter) -> Self {
        Self { all: filter.all(), any: filter.any(), not: filter.not() }
    }
}

impl From<Projection> for binding::Projection {
    fn from(projection: Projection) -> Self {
        Self { name: projection.name(), tables: projection.tables() }
    }
}

impl From<SkippedEvent> for binding::SkippedEvent {
    fn from(event: SkippedEvent) -> Self {
        Self {
            persistence_id: event.persistence_id(),
            sequence_nr: event.sequence_nr(),
            position: event.position(),
            error: event.error(),
            timestamp: event.timestamp(),
        }
    }
}

impl From<Manifest> for binding::Manifest {
    fn from(manifest: Manifest) -> Self {
        Self { manifest: manifest.manifest(), version: manifest.version() }
    }
}

impl From<SnapshotBounds> for binding::SnapshotBounds {
    fn from(bounds: SnapshotBounds) -> Self {
        Self {
            min_seq: bounds.min_seq(),
            max_seq: bounds.max_seq(),
            min_timestamp: bounds.min_timestamp(),
            max_timestamp: bounds.max_timestamp(),
        }
    }
}
