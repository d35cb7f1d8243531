using System.Globalization;

namespace Platform.Benchmarks.Admissions;

/// <summary>
/// The statements of one admission as the service sends them, in its order and with its round trips: what it saves at once is a
/// pipeline here. Ids are made of a number, so that a statement needs no other argument.
/// </summary>
internal static class AdmissionScript
{
    private static readonly string[] Kinds = ["program", "person", "consent", "referral", "offer", "episode", "request", "site"];

    /// <summary>The SQL of an id.</summary>
    public static string Id(Guid network, string kind, string number) =>
        $"('{Prefix(network, kind)}' || lpad(to_hex(({number})::int), 12, '0'))::uuid";

    /// <summary>The same id.</summary>
    public static string IdOf(Guid network, string kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(network, kind)}{number:x12}");

    /// <summary>A script for pgbench; it is given <c>first</c>, and <c>i</c> as -1.</summary>
    public static string Of(Guid network)
    {
        var (request, offer, episode) = (Id(network, "request", ":n"), Id(network, "offer", ":n"), Id(network, "episode", ":n"));
        return $$"""
            \set i :i + 1
            \set n :first + :client_id * 40 + :i
            \startpipeline
            BEGIN;
            SELECT now(), set_config('app.network', '{{network}}', true), set_config('app.worker', '', true);
            INSERT INTO handled_request (network_id, request_id, method, fingerprint, handled_at)
                VALUES ('{{network}}', {{request}}, '/platform.enrollment.v1.EpisodeService/Admit', decode(repeat('ab', 32), 'hex'), now()) ON CONFLICT DO NOTHING;
            \endpipeline
            SELECT o.* FROM offer o JOIN referral r ON r.id = o.referral_id JOIN person p ON p.id = o.person_id
                WHERE o.id = {{offer}} AND o.network_id = '{{network}}' FOR UPDATE OF p, r, o \gset
            SELECT r.*, s.state, s.time_zone, p.track, p.level,
                    EXISTS (SELECT 1 FROM offer o WHERE o.network_id = '{{network}}' AND o.person_id = :person_id AND o.id <> {{offer}} AND o.status = 'Held'
                        AND o.expires_at > now()),
                    EXISTS (SELECT 1 FROM waitlist_entry e WHERE e.network_id = '{{network}}' AND e.referral_id = :referral_id AND e.status IN ('Waiting', 'Offered')),
                    EXISTS (SELECT 1 FROM episode e WHERE e.network_id = '{{network}}' AND e.person_id = :person_id),
                    (SELECT version FROM rule_pack_head WHERE network_id = '{{network}}'),
                    EXISTS (SELECT 1 FROM safety_alert a WHERE a.network_id = '{{network}}' AND a.person_id = :person_id AND a.status = 'Open'),
                    (SELECT a.assessed_on FROM asam_assessment a WHERE a.network_id = '{{network}}' AND a.person_id = :person_id
                        AND a.assessed_on <= current_date ORDER BY a.assessed_on DESC, a.id DESC LIMIT 1),
                    (SELECT a.chosen_care FROM asam_assessment a WHERE a.network_id = '{{network}}' AND a.person_id = :person_id
                        AND a.assessed_on <= current_date ORDER BY a.assessed_on DESC, a.id DESC LIMIT 1)
                FROM referral r CROSS JOIN program p JOIN site s ON s.id = p.site_id
                WHERE r.network_id = '{{network}}' AND r.id = :referral_id AND p.network_id = '{{network}}' AND p.id = :program_id;
            SELECT * FROM consent WHERE network_id = '{{network}}' AND person_id = :person_id;
            \startpipeline
            INSERT INTO episode (id, network_id, person_id, referral_id, site_id, program_id, status, level, admitted_on, backdating_reason,
                    holds_place, aftercare_plan, reinstatement_reason, version)
                VALUES ({{episode}}, '{{network}}', :person_id, :referral_id, :site_id, :program_id, 'Admitted', 'IntensiveOutpatient', current_date, '',
                    true, '', '', 1);
            INSERT INTO plan_due (id, due_on, episode_id, kind, network_id, overdue_at, pack, site_id)
                VALUES (gen_random_uuid(), current_date + 7, {{episode}}, 1, '{{network}}', now() + interval '7 days', 'base@1', :site_id);
            INSERT INTO rule_decision (id, network_id, kind, subject_id, person_id, site_id, program_id, day, pack, scope, facts, outcome, decided_at)
                VALUES (gen_random_uuid(), '{{network}}', 'episode.assessed', {{episode}}, :person_id, :site_id, :program_id, current_date, 'base@1',
                    '{"state":"VA","track":"SUBSTANCE_USE","level":"INTENSIVE_OUTPATIENT"}', '{"level":"INTENSIVE_OUTPATIENT"}', '"ENOUGH"', now());
            INSERT INTO rule_decision (id, network_id, kind, subject_id, person_id, site_id, program_id, day, pack, scope, facts, outcome, decided_at)
                VALUES (gen_random_uuid(), '{{network}}', 'plan.schedule', {{episode}}, :person_id, :site_id, :program_id, current_date, 'base@1',
                    '{"state":"VA","track":"SUBSTANCE_USE","level":"INTENSIVE_OUTPATIENT"}', '{"admittedOn":"2026-01-01"}', '[{"kind":"PLAN","on":"2026-01-08"}]', now());
            INSERT INTO episode_stay (episode_id, number, network_id, site_id, program_id, level, "from", beginning, on_leave, holds_place, reason)
                VALUES ({{episode}}, 1, '{{network}}', :site_id, :program_id, 'IntensiveOutpatient', current_date, 'Admission', false, true, '');
            UPDATE offer SET status = 'Accepted', version = 2 WHERE id = {{offer}} AND version = 1;
            UPDATE referral SET status = 'Admitted', version = version + 1 WHERE id = :referral_id AND version = 1;
            \endpipeline
            \startpipeline
            UPDATE program_capacity SET held = held - 1, occupied = occupied + 1, version = version + 1
                WHERE network_id = '{{network}}' AND program_id = :program_id AND held >= 1 AND occupied + held <= licensed RETURNING licensed, occupied, held, version;
            SELECT EXISTS (SELECT 1 FROM waitlist_want WHERE network_id = '{{network}}' AND is_open AND target_id IN (:program_id, :site_id));
            \endpipeline
            \startpipeline
            UPDATE handled_request SET response = decode(repeat('ab', 260), 'hex') WHERE network_id = '{{network}}' AND request_id = {{request}};
            INSERT INTO tally (network_id, measure, span, starts_on, program_id, kind, bucket, count, days)
                SELECT '{{network}}', part.measure, span.number, date_trunc(span.unit, current_date)::date, part.program, part.kind, part.bucket, 1, part.days
                FROM (VALUES (7, '{{Guid.Empty}}'::uuid, 7, 3, 3), (1, :program_id::uuid, 2, 0, 0), (3, :program_id::uuid, 2, 0, 0))
                        AS part (measure, program, kind, bucket, days),
                    (VALUES (1, 'day'), (2, 'month'), (3, 'year')) AS span (number, unit)
                ON CONFLICT (network_id, measure, span, starts_on, program_id, kind, bucket)
                DO UPDATE SET count = tally.count + excluded.count, days = tally.days + excluded.days;
            INSERT INTO outbox_message (id, network_id, partition_key, event_name, schema_version, payload, created_at, attempts)
                VALUES (gen_random_uuid(), '{{network}}', :program_id, 'enrollment.program-capacity-changed', 1, json_build_object('programId', :program_id::uuid,
                    'version', 2, 'siteId', :site_id::uuid, 'licensed', 10000, 'occupied', 1, 'held', 1)::text, now(), 0),
                (gen_random_uuid(), '{{network}}', {{episode}}, 'enrollment.episode-admitted', 1, json_build_object('episodeId', {{episode}},
                    'version', 1, 'personId', :person_id::uuid, 'siteId', :site_id::uuid, 'programId', :program_id::uuid, 'admittedOn', current_date)::text, now(), 0);

            """ + CommitScript.Of(network, "episode.admit", "episode", episode, ":person_id");
    }

    private static string Prefix(Guid network, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{network.ToString()[..8]}-{Array.IndexOf(Kinds, kind):x4}-4000-8000-");
}
