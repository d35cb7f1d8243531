using Npgsql;
using Platform.Support;

namespace Platform.Enrollment.Contention;

/// <summary>What the load needs beside the API: many persons at once, offers whose time runs out, and a look at all rows in one view.</summary>
internal sealed class PlacesDatabase(TestDatabase database, Guid network) : IAsyncDisposable
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database.AppConnectionString);

    /// <summary>Copies a person with the referral and the consents, so many times.</summary>
    public async Task<IReadOnlyList<string>> CopyReferralAsync(string referralId, int times)
    {
        var referrals = new List<string>();
        await QueryAsync(
            $"""
             WITH template AS (SELECT * FROM referral WHERE id = '{referralId}'),
             copies AS (SELECT gen_random_uuid() AS person, gen_random_uuid() AS referral, gen_random_uuid() AS consent
                        FROM generate_series(1, {times})),
             persons AS (INSERT INTO person SELECT (jsonb_populate_record(p, jsonb_build_object('id', copies.person))).*
                         FROM copies, person p, template WHERE p.id = template.person_id),
             consents AS (INSERT INTO consent
                          SELECT (jsonb_populate_record(c, jsonb_build_object('id', copies.consent, 'person_id', copies.person))).*
                          FROM copies, consent c, template WHERE c.person_id = template.person_id)
             INSERT INTO referral
             SELECT (jsonb_populate_record(r, jsonb_build_object('id', copies.referral, 'person_id', copies.person))).*
             FROM copies, referral r, template WHERE r.id = template.id
             RETURNING id
             """,
            row => referrals.Add(row.GetGuid(0).ToString()));
        return referrals;
    }

    /// <summary>Lets the time of an offer run out.</summary>
    public Task RunOutAsync(string offerId) =>
        QueryAsync($"UPDATE offer SET expires_at = now() - interval '1 second' WHERE id = '{offerId}' AND status = 'Held'", _ => { });

    /// <summary>Where an entry stands, and the offer that holds a place for it.</summary>
    public async Task<(string Status, string? OfferId)> EntryAsync(string entryId)
    {
        (string, string?) found = ("", null);
        await QueryAsync(
            $"SELECT status, offer_id FROM waitlist_entry WHERE id = '{entryId}'",
            row => found = (row.GetString(0), row.IsDBNull(1) ? null : row.GetGuid(1).ToString()));
        return found;
    }

    /// <summary>The programs whose counted places are not those of the rows, or more than licensed, in one view of all.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        var faults = new List<string>();
        await QueryAsync(
            """
            SELECT * FROM (
                SELECT c.program_id, c.licensed, c.occupied, c.held,
                    (SELECT count(*) FROM offer o WHERE o.program_id = c.program_id AND o.status = 'Held') AS offers,
                    (SELECT count(*) FROM episode e WHERE e.program_id = c.program_id AND e.status = 'Admitted' AND e.holds_place) AS episodes
                FROM program_capacity c) places
            WHERE held <> offers OR occupied <> episodes OR occupied + held > licensed
            """,
            row => faults.Add($"{row["program_id"]}: {row["licensed"]} licensed, {row["occupied"]} occupied by {row["episodes"]} episodes, {row["held"]} held by {row["offers"]} offers"));
        return faults;
    }

    /// <summary>Notes that the waitlist has not dealt with.</summary>
    public async Task<long> NotesAsync()
    {
        var notes = 0L;
        await QueryAsync(
            """
            SELECT (SELECT count(*) FROM program_capacity WHERE waitlist_due)
                 + (SELECT count(*) FROM waitlist_entry WHERE match_due AND status = 'Waiting')
                 + (SELECT count(*) FROM offer WHERE status = 'Held' AND expires_at <= now())
            """,
            row => notes = row.GetInt64(0));
        return notes;
    }

    public async Task QueryAsync(string sql, Action<NpgsqlDataReader> read)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var tenant = new NpgsqlCommand($"SELECT set_config('app.network', '{network}', true)", connection))
            await tenant.ExecuteNonQueryAsync();
        await using (var command = new NpgsqlCommand(sql, connection))
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
                read(rows);
        }
        await transaction.CommitAsync();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
