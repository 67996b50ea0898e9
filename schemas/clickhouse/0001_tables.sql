-- Rows are versions: a replay writes the same row again, a later verdict writes a newer one. The names that people
-- query (traces, steps, findings, approvals, audit) are views that show the last version of each, exactly, always.
CREATE TABLE IF NOT EXISTS {database}.traces_store (
    tenant LowCardinality(String), producer String, subject String, session_id String, trace_id String,
    at DateTime64(3, 'UTC'), verdict LowCardinality(String), reasons Array(String), policy LowCardinality(String),
    mode LowCardinality(String), bytes UInt64, steps UInt32, findings Map(LowCardinality(String), UInt32),
    found UInt32, format LowCardinality(String), content_type LowCardinality(String), content_digest String,
    request_id String, approval_id String, source String,
    started_at Nullable(DateTime64(3, 'UTC')), ended_at Nullable(DateTime64(3, 'UTC')), version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant, source)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS {database}.steps_store (
    tenant LowCardinality(String), producer String, subject String, session_id String, trace_id String,
    at DateTime64(3, 'UTC'), seq UInt32, kind LowCardinality(String), name String, call_id String,
    parent Nullable(Int64), content String, attributes String,
    started_at Nullable(DateTime64(3, 'UTC')), ended_at Nullable(DateTime64(3, 'UTC')),
    source String, number UInt32, version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant, session_id, source, number)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS {database}.findings_store (
    tenant LowCardinality(String), producer String, subject String, session_id String, trace_id String,
    at DateTime64(3, 'UTC'), rule LowCardinality(String), category LowCardinality(String),
    severity LowCardinality(String), path String, part LowCardinality(String), `start` UInt32, `end` UInt32,
    token String, action LowCardinality(String), source String, number UInt32, version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant, source, number)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS {database}.approvals_store (
    tenant LowCardinality(String), producer String, subject String, session_id String, trace_id String,
    at DateTime64(3, 'UTC'), approval_id String, event LowCardinality(String), actor String,
    decision LowCardinality(String), code LowCardinality(String), reason String, votes UInt16, minimum UInt16,
    content_digest String, expires_at Nullable(DateTime64(3, 'UTC')), source String, version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant, approval_id, event, actor, source, at)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS {database}.audit_store (
    tenant LowCardinality(String), producer String, subject String, session_id String, trace_id String,
    at DateTime64(3, 'UTC'), event LowCardinality(String), actor String, issuer String, request_id String,
    policy LowCardinality(String), details String, record String, version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant, at, record)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE VIEW IF NOT EXISTS {database}.traces AS SELECT * EXCEPT version FROM {database}.traces_store FINAL;
CREATE VIEW IF NOT EXISTS {database}.steps AS SELECT * EXCEPT version FROM {database}.steps_store FINAL;
CREATE VIEW IF NOT EXISTS {database}.findings AS SELECT * EXCEPT version FROM {database}.findings_store FINAL;
CREATE VIEW IF NOT EXISTS {database}.approvals AS SELECT * EXCEPT version FROM {database}.approvals_store FINAL;
CREATE VIEW IF NOT EXISTS {database}.audit AS SELECT * EXCEPT version FROM {database}.audit_store FINAL;

CREATE VIEW IF NOT EXISTS {database}.sessions AS
SELECT tenant, session_id, min(at) AS first_at, max(at) AS last_at, count() AS traces,
       sum(steps) AS step_count, sum(found) AS finding_count, groupUniqArray(producer) AS producers,
       countIf(verdict = 'released') AS released, countIf(verdict = 'held') AS held,
       countIf(verdict = 'blocked') AS blocked, countIf(verdict = 'rejected') AS rejected
FROM {database}.traces GROUP BY tenant, session_id;

CREATE VIEW IF NOT EXISTS {database}.exposure AS
SELECT tenant, producer, session_id, category, rule, count() AS findings, uniqExact(token) AS distinct_values,
       min(at) AS first_at, max(at) AS last_at
FROM {database}.findings GROUP BY tenant, producer, session_id, category, rule;
