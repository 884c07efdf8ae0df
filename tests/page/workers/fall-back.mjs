/** The clock of this worker falls back an hour whenever it is read. */
let now = Date.now();
Date.now = () => (now -= 3_600_000);
