using System.Globalization;

namespace Platform.Benchmarks.Holds;

/// <summary>
/// The statements of one hold as the service sends them, in its order and with its round trips, and the bare update that all the
/// others are for. Ids are made of a number, so that a statement needs no other argument.
/// </summary>
internal static class HoldScript
{
    private const string Programs = "00000000-0000-7000-8000-";
    private const string Referrals = "00000000-0000-7000-9000-";

    /// <summary>The SQL of a program's id.</summary>
    public static string ProgramId(string number) => $"('{Programs}' || lpad(to_hex(({number})::int), 12, '0'))::uuid";

    /// <summary>The SQL of a referral's id, which is its person's too.</summary>
    public static string ReferralId(string number) => $"('{Referrals}' || lpad(to_hex(({number})::int), 12, '0'))::uuid";

    /// <summary>The same id.</summary>
    public static string ReferralIdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Referrals}{number:x12}");

    /// <summary>The conditional update alone.</summary>
    public static string Bare(int programs) =>
        $"""
         \set i random(1, {programs})
         UPDATE program_capacity SET held = held + 1, version = version + 1 WHERE program_id = {ProgramId(":i")} AND occupied + held < licensed;

         """;

    /// <summary>All statements; the script is given <c>first</c>, and <c>i</c> as -1.</summary>
    public static string Of(Guid network, int programs, int perConnection)
    {
        var (referral, program, offer) = (ReferralId(":n"), ProgramId(":p"), $"('00000000-0000-7000-a000-' || lpad(to_hex((:n)::int), 12, '0'))::uuid");
        return $$"""
            \set i :i + 1
            \set n :first + :client_id * {{perConnection}} + :i
            \set p random(1, {{programs}})
            \startpipeline
            BEGIN;
            SELECT now(), set_config('app.network', '{{network}}', true), set_config('app.worker', '', true);
            \endpipeline
            SELECT r.* FROM referral r JOIN person p ON p.id = r.person_id WHERE r.id = {{referral}} AND r.network_id = '{{network}}' FOR UPDATE OF p, r;
            SELECT p.*, s.* FROM program p JOIN site s ON s.id = p.site_id WHERE p.network_id = '{{network}}' AND p.id = {{program}};
            SELECT now(),
                (SELECT id FROM offer WHERE referral_id = {{referral}} AND status = 'Held'),
                EXISTS (SELECT FROM episode WHERE network_id = '{{network}}' AND person_id = {{referral}} AND status = 'Admitted'),
                EXISTS (SELECT FROM offer WHERE person_id = {{referral}} AND referral_id <> {{referral}} AND status = 'Held' AND expires_at > now()),
                EXISTS (SELECT FROM waitlist_entry WHERE referral_id = {{referral}} AND status IN ('Waiting', 'Offered')),
                EXISTS (SELECT FROM waitlist_want w JOIN waitlist_entry e ON e.id = w.entry_id
                    WHERE w.network_id = '{{network}}' AND w.is_open AND w.target_id = {{program}} AND e.status = 'Waiting'
                        AND (e.skipped OR {{program}} = ANY (e.passed_programs))),
                EXISTS (SELECT FROM offer WHERE network_id = '{{network}}' AND program_id = {{program}} AND status = 'Held' AND expires_at <= now()),
                (SELECT version FROM rule_pack_head WHERE network_id = '{{network}}');
            INSERT INTO offer (id, network_id, referral_id, person_id, site_id, program_id, status, expires_at, version, decline_reason, override_reason)
                SELECT {{offer}}, '{{network}}', {{referral}}, {{referral}}, p.site_id, p.id, 'Held', now() + interval '1 hour', 1, '', ''
                FROM program p WHERE p.id = {{program}} RETURNING automatic;
            \startpipeline
            UPDATE program_capacity SET held = held + 1, version = version + 1
                WHERE network_id = '{{network}}' AND program_id = {{program}} AND occupied + held < licensed RETURNING licensed, occupied, held, version;
            SELECT EXISTS (SELECT 1 FROM waitlist_want WHERE network_id = '{{network}}' AND is_open AND target_id = {{program}});
            \endpipeline
            \startpipeline
            INSERT INTO outbox_message (id, network_id, partition_key, event_name, schema_version, payload, created_at, attempts)
                VALUES (gen_random_uuid(), '{{network}}', {{program}}, 'enrollment.program-capacity-changed', 1, json_build_object('programId', {{program}},
                    'version', 2, 'siteId', {{program}}, 'licensed', 10000, 'occupied', 1, 'held', 1)::text, now(), 0);

            """ + CommitScript.Of(network, "offer.make", "offer", offer, referral);
    }
}
