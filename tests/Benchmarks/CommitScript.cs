namespace Platform.Benchmarks;

/// <summary>The statements with which the service ends an audited transaction, sent with the commit; for pgbench.</summary>
internal static class CommitScript
{
    /// <summary>The end of a script whose pipeline has begun; <paramref name="subject"/> is the SQL of the record's id, as is <paramref name="person"/>.</summary>
    public static string Of(Guid network, string action, string kind, string subject, string person) =>
        $$"""
        INSERT INTO audit_head (network_id, sequence, hash) VALUES ('{{network}}', 0, decode(repeat('00', 32), 'hex'))
            ON CONFLICT (network_id) DO UPDATE SET sequence = audit_head.sequence;
        INSERT INTO audit_entry (network_id, sequence, at, actor, actor_role, action, subject_kind, subject_id, person_id, purpose, trace_id, previous_hash, hash)
            SELECT '{{network}}', sequence + 1, now(), 'operator', 'operator', '{{action}}', '{{kind}}', {{subject}}, {{person}}, '', repeat('a', 32),
                hash, sha256(hash || int8send(sequence + 1) || decode(repeat('ab', 150), 'hex'))
            FROM audit_head WHERE network_id = '{{network}}';
        UPDATE audit_head SET (sequence, hash) = (
                SELECT sequence, hash FROM audit_entry WHERE network_id = '{{network}}' ORDER BY sequence DESC LIMIT 1)
            WHERE network_id = '{{network}}';
        COMMIT;
        \endpipeline

        """;
}
