using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Platform.Shared.Time;

namespace Platform.Enrollment.Upgrade;

/// <summary>
/// Rows of one network as the first version of the service wrote them: two sites with a program each, a person who came back and
/// is in care, one who went home five days ago and one long ago, one for whom a place is held, and two who were only referred.
/// </summary>
internal sealed class FirstVersion(Func<DbCommand> connected)
{
    private Func<DbCommand> command = connected;
    private int number;

    public static DateOnly Today { get; } = LocalDays.DayAt(DateTimeOffset.UtcNow, World.Zone);

    public Guid Network { get; } = Guid.NewGuid();

    public Guid Site { get; } = Guid.CreateVersion7();

    public Guid OtherSite { get; } = Guid.CreateVersion7();

    public Guid Program { get; } = Guid.CreateVersion7();

    public Guid OtherProgram { get; } = Guid.CreateVersion7();

    public Guid PersonInCare { get; private set; }

    public Guid FirstEpisode { get; private set; }

    public Guid OpenEpisode { get; private set; }

    public Guid RecentlyDischarged { get; private set; }

    public Guid LongDischarged { get; private set; }

    public Guid HeldOffer { get; private set; }

    public Guid ReceivedReferral { get; private set; }

    public Guid ReceivedPerson { get; private set; }

    public async Task WriteAsync()
    {
        await InsertAsync("network", ("network_id", Network));
        await OpenAsync(Site, Program, "North", occupied: 1, held: 1);
        await OpenAsync(OtherSite, OtherProgram, "South", occupied: 0, held: 0);
        var back = await ReferAsync("Robertson", daysAgo: 50, "Admitted");
        PersonInCare = back.Person;
        FirstEpisode = await AdmitAsync(back, from: 40, to: 20);
        var again = await ReferralAsync(back.Person, daysAgo: 14, "Admitted");
        OpenEpisode = await AdmitAsync((back.Person, again), from: 12, to: null);
        RecentlyDischarged = await AdmitAsync(await ReferAsync("Miller", daysAgo: 30, "Admitted"), from: 25, to: 5);
        LongDischarged = await AdmitAsync(await ReferAsync("Baker", daysAgo: 200, "Admitted"), from: 190, to: 100);
        var held = await ReferAsync("Cooper", daysAgo: 3, "Eligible");
        HeldOffer = await OfferAsync(held, Site, Program, "Held", DateTimeOffset.UtcNow.AddHours(1));
        (ReceivedPerson, ReceivedReferral) = await ReferAsync("Mason", daysAgo: 2, "Received");
        await ReferAsync("Fisher", daysAgo: 1, "NotEligible");
    }

    /// <summary>What a process of that version does that goes on serving while the tables have been brought up to the next.</summary>
    public async Task AdmitMeanwhileAsync(Func<DbCommand> connected)
    {
        command = connected;
        await AdmitAsync(await ReferAsync("Weaver", daysAgo: 4, "Admitted"), from: 1, to: null);
        await ExecuteAsync("UPDATE program_capacity SET occupied = occupied + 1, version = version + 1 WHERE program_id = @p0", Program);
    }

    private async Task OpenAsync(Guid site, Guid program, string name, int occupied, int held)
    {
        await InsertAsync(
            "site",
            ("id", site), ("network_id", Network), ("external_id", $"{site:n}"), ("natural_key", $"{name}|"), ("name", name),
            ("facility_type", "SubstanceUse"), ("street", "1 Test Street"), ("city", "Charlottesville"), ("state", "VA"), ("zip", "22902"),
            ("latitude", 38.03), ("longitude", -78.48), ("time_zone", World.Zone), ("phone", ""),
            ("payments_accepted", new[] { "Medicaid" }), ("languages", new[] { "Spanish" }), ("runs_iop", true), ("version", 1L));
        await InsertAsync(
            "program",
            ("id", program), ("network_id", Network), ("site_id", site), ("name", "IOP"), ("track", "SubstanceUse"), ("age_group", "Adult"));
        await InsertAsync(
            "program_capacity",
            ("program_id", program), ("network_id", Network), ("site_id", site), ("licensed", 3), ("occupied", occupied), ("held", held), ("version", 5L));
    }

    private async Task<(Guid Person, Guid Referral)> ReferAsync(string familyName, int daysAgo, string status)
    {
        var id = Guid.CreateVersion7();
        await InsertAsync(
            "person",
            ("id", id), ("network_id", Network), ("given_name", "Ada"), ("family_name", familyName),
            ("birth_date", new DateOnly(1980, 1, 1).AddDays(97 * number++)), ("sex", "Female"), ("street", ""), ("city", ""), ("state", ""),
            ("zip", ""), ("diagnosis", "F1020"));
        await InsertAsync(
            "consent",
            ("id", Guid.CreateVersion7()), ("network_id", Network), ("person_id", id), ("for_treatment", true), ("for_payment", true),
            ("for_operations", true), ("recipient", "my treating providers, health plans and payers"), ("description", "all of the record"),
            ("signed_on", Today.AddDays(-daysAgo)));
        return (id, await ReferralAsync(id, daysAgo, status));
    }

    private async Task<Guid> ReferralAsync(Guid personId, int daysAgo, string status)
    {
        var id = Guid.CreateVersion7();
        await InsertAsync(
            "referral",
            ("id", id), ("network_id", Network), ("person_id", personId), ("source", "Court"), ("referred_on", Today.AddDays(-daysAgo)),
            ("status", status), ("recommended_level", status == "NotEligible" ? "Residential" : null), ("version", 2L));
        if (status != "Received")
        {
            foreach (var question in Enum.GetNames<Referrals.EligibilityQuestion>())
            {
                await InsertAsync(
                    "eligibility_answer",
                    ("referral_id", id), ("question", question), ("network_id", Network), ("yes", status != "NotEligible"), ("reason", "asked"),
                    ("answered_by", "intake"), ("answered_at", DateTimeOffset.UtcNow.AddDays(-daysAgo)));
            }
        }

        return id;
    }

    private async Task<Guid> AdmitAsync((Guid Person, Guid Referral) who, int from, int? to)
    {
        await OfferAsync(who, Site, Program, "Accepted", DateTimeOffset.UtcNow.AddDays(1 - from));
        var id = Guid.CreateVersion7();
        await InsertAsync(
            "episode",
            ("id", id), ("network_id", Network), ("person_id", who.Person), ("referral_id", who.Referral), ("site_id", Site),
            ("program_id", Program), ("status", to is null ? "Admitted" : "Discharged"), ("admitted_on", Today.AddDays(-from)),
            ("backdating_reason", ""), ("discharged_on", to is { } end ? Today.AddDays(-end) : null), ("disposition", to is null ? null : "Completed"),
            ("aftercare_plan", to is null ? "" : "Weekly group."), ("version", to is null ? 1L : 2L));
        return id;
    }

    private async Task<Guid> OfferAsync((Guid Person, Guid Referral) who, Guid site, Guid program, string status, DateTimeOffset expires)
    {
        var id = Guid.CreateVersion7();
        await InsertAsync(
            "offer",
            ("id", id), ("network_id", Network), ("referral_id", who.Referral), ("person_id", who.Person), ("site_id", site),
            ("program_id", program), ("status", status), ("expires_at", expires), ("version", status == "Held" ? 1L : 2L));
        return id;
    }

    private Task InsertAsync(string table, params (string Column, object? Value)[] row)
    {
        row = [.. row.Where(cell => cell.Value is not null)];
        return ExecuteAsync(
            $"INSERT INTO {table} ({string.Join(", ", row.Select(cell => cell.Column))}) VALUES ({string.Join(", ", row.Select((_, i) => $"@p{i}"))})",
            [.. row.Select(cell => cell.Value!)]);
    }

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var statement = command();
        statement.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = statement.CreateParameter();
            parameter.ParameterName = $"p{i}";
            parameter.Value = statement is Npgsql.NpgsqlCommand ? values[i] : Embedded(values[i]);
            statement.Parameters.Add(parameter);
        }

        (await statement.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    /// <summary>A value as an embedded file has it.</summary>
    private static object Embedded(object value) => value switch
    {
        Guid id => id.ToString().ToUpperInvariant(),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset at => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        string[] list => JsonSerializer.Serialize(list),
        bool yes => yes ? 1 : 0,
        _ => value,
    };
}
