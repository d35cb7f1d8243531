using System.Globalization;
using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Local.Calling;
using Platform.Local.Identity;
using Platform.Shared.Money;

namespace Platform.Local.Demo;

/// <summary>
/// A few people's way from referral to payment, each step a call through the gateway by whoever makes it in real life. Every step
/// waits for what the step before set in motion, and fails by its name when it does not come about.
/// </summary>
public sealed class Journey
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly JourneyClients _clients;
    private readonly TextWriter _output;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly Metadata _operator;
    private int _step;

    /// <summary>A journey by <paramref name="clients"/>.</summary>
    /// <param name="clients">The platform.</param>
    /// <param name="output">Takes a line or two for each step.</param>
    /// <param name="folder">Takes the claim and remittance files; made when absent.</param>
    /// <param name="time">The clock; sessions of the past week are played.</param>
    public Journey(JourneyClients clients, TextWriter output, string folder, TimeProvider time)
    {
        _clients = clients;
        _output = output;
        _folder = folder;
        _time = time;
        _operator = clients.As(DevelopmentIdentity.Operator);
    }

    /// <summary>Goes all the way.</summary>
    /// <param name="networkFile">The facility file of the made-up network (CSV).</param>
    /// <exception cref="StepFailedException">A step did not come out as it must.</exception>
    public async Task<JourneyReport> RunAsync(string networkFile)
    {
        await StepAsync("Import the network's sites", () => ImportAsync(networkFile));
        var people = await StepAsync("Refer three people", () => JourneyPeople.ReferAsync(_clients, _operator, _time));
        var place = await StepAsync("Find a place near them", FindPlaceAsync);
        var care = new JourneyCare(_clients, _operator, place, _time);
        await StepAsync("Hold the places and admit", () => care.AdmitAsync(people));
        await StepAsync("Make a group and book them", () => care.BookAsync(people));
        await StepAsync("Check in and out, and sign the rolls", () => care.AttendAsync(people));
        await StepAsync("Close the service days", () => care.AwaitServiceDaysAsync(people));
        var billing = new JourneyBilling(_clients, _operator, place, _folder, _time);
        await StepAsync("Make the charges, held for what is missing", () => billing.AwaitHeldAsync(people));
        await StepAsync("Add coverage and authorization: the holds fall", () => billing.ReleaseAsync(people, care.FirstDay));
        var written = await StepAsync("Write the claims", () => billing.WriteClaimsAsync(people));
        await StepAsync("Post the payer's remittance, twice", () => billing.PostRemittanceAsync());
        var openAfter = await StepAsync("Discharge, and the places are free again", () => care.DischargeAsync(people));
        return new JourneyReport
        {
            ProgramId = place.ProgramId,
            Episodes = people.ConvertAll(p => p.EpisodeId),
            Persons = people.ConvertAll(p => p.PersonId),
            PayerId = billing.PayerId,
            Claims = billing.Claims,
            ClaimFile = billing.ClaimFile,
            RemittanceFile = billing.RemittanceFile,
            DaysClaimed = written.Days,
            DaysNotBillable = written.NotBillable,
            ChargedCents = written.Total.Cents,
            PaidCents = billing.Paid.Cents,
            OpenBefore = place.Open,
            OpenAfter = openAfter,
        };
    }

    /// <summary>Asks again until there is an answer that holds, or patience ends.</summary>
    internal static async Task<T> UntilAsync<T>(string what, Func<Task<T?>> ask)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{what} did not come about within {Patience.TotalSeconds:0} s");
    }

    private async Task<T> StepAsync<T>(string name, Func<Task<(T Result, string Story)>> step)
    {
        _step++;
        await _output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{_step,2}. {name}"));
        try
        {
            var (result, story) = await step();
            foreach (var line in story.Split('\n'))
            {
                await _output.WriteLineAsync($"    {line}");
            }

            return result;
        }
        catch (RpcException e)
        {
            throw new StepFailedException(name, $"{e.StatusCode}: {e.Status.Detail}", e);
        }
        catch (Exception e) when (e is not StepFailedException)
        {
            throw new StepFailedException(name, e.Message, e);
        }
    }

    private Task StepAsync(string name, Func<Task<string>> step) =>
        StepAsync(name, async () => (true, await step()));

    private async Task<string> ImportAsync(string networkFile)
    {
        var first = await SendAsync();
        var second = await SendAsync();
        return second is { Added: 0, Changed: 0, ProgramsAdded: 0 }
            ? $"{first.Rows} rows: {first.Added} new, {first.Changed} changed, {first.Unchanged} the same, {first.Skipped} skipped. Given again: nothing changed."
            : throw new InvalidOperationException("importing the same file again changed something");

        async Task<ImportReport> SendAsync()
        {
            await using var file = File.OpenRead(networkFile);
            return await ImportCommand.SendAsync(_clients.Sites, _operator, file, FacilityFileFormat.Csv, TextWriter.Null);
        }
    }

    private async Task<(Place Place, string Story)> FindPlaceAsync()
    {
        var sites = await _clients.Sites.ListSitesAsync(
            new ListSitesRequest { WithPrograms = true, Page = new Common.V1.PageRequest { Size = 500 } }, _operator);

        // Other facility files may have been imported; a claim needs a site with all its identifiers.
        var complete = sites.Sites
            .Where(s => s.Npi.Length > 0 && s.TaxId.Length > 0 && s.Address.Zip.Length == 9)
            .ToDictionary(s => s.Id, StringComparer.Ordinal);
        var near = complete.Values.First(s => s.Programs.Any(p => p.Track == Track.SubstanceUse && p.AgeGroup == AgeGroup.Adult));
        var places = await UntilAsync("a place with three open seats", async () =>
        {
            var found = await _clients.Placement.SearchPlacesAsync(
                new SearchPlacesRequest
                {
                    Latitude = near.Latitude + 0.05,
                    Longitude = near.Longitude - 0.05,
                    RadiusMiles = 60,
                    Track = Track.SubstanceUse,
                    AgeGroup = AgeGroup.Adult,
                    Limit = 5,
                },
                _operator);
            return found.Places.Any(Suits) ? found.Places.ToList() : null;
        });
        var chosen = places.First(Suits);
        var lines = places.Select(p => string.Create(
            CultureInfo.InvariantCulture, $"{p.Miles,5:0.0} miles  {p.Open,3} open  {p.SiteName}, {p.ProgramName}{(ReferenceEquals(p, chosen) ? "  <- chosen" : string.Empty)}"));
        return (chosen, string.Join('\n', lines));

        bool Suits(Place place) => place.Open >= JourneyPeople.Count && complete.ContainsKey(place.SiteId);
    }
}

/// <summary>Amounts of money in plain words.</summary>
internal static class JourneyWords
{
    public static string InDollars(this long cents) => new Money(cents).ToString();
}
