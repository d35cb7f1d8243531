using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;
using Platform.Shared.Auditing;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.Time;
using Platform.Support;

namespace Platform.Enrollment;

/// <summary>A network of a test's own, and what is done in it, by an operator of the whole network where nobody else is named.</summary>
public sealed class World(TestHost host, TestTokens tokens, TestDatabase? database)
{
    public const string Columns =
        "external_id,name,type_facility,street,city,state,zip,phone,latitude,longitude,program,track,age_group,licensed";

    public const string Zone = "America/New_York";

    private static int siteNumber;

    private static int personNumber;

    public Guid Network { get; init; } = Guid.NewGuid();

    public TestHost Host => host;

    public TestTokens Tokens => tokens;

    public TestDatabase? Database => database;

    public Metadata Operator => tokens.Operator(Network);

    public SiteService.SiteServiceClient Sites => new(host.Channel);

    public PlacementService.PlacementServiceClient Placement => new(host.Channel);

    public ReferralService.ReferralServiceClient Referrals => new(host.Channel);

    public PersonService.PersonServiceClient Persons => new(host.Channel);

    public ConsentService.ConsentServiceClient Consents => new(host.Channel);

    public EpisodeService.EpisodeServiceClient Episodes => new(host.Channel);

    public static string NewId() => Guid.NewGuid().ToString();

    /// <summary>The day at the sites of <see cref="OpenProgramAsync"/>.</summary>
    public static string Today(int plus = 0) => LocalDays.DayAt(DateTimeOffset.UtcNow, Zone).AddDays(plus).ToIso();

    /// <summary>The code of the error with which a call fails.</summary>
    public static async Task<string> FailureAsync<T>(AsyncUnaryCall<T> call, StatusCode expected)
    {
        var error = await Should.ThrowAsync<RpcException>(async () => await call);
        error.StatusCode.ShouldBe(expected, error.Status.Detail);
        return error.ToDomainError()?.Code ?? error.Status.Detail;
    }

    public async Task<(ImportReport Report, int Progress)> ImportAsync(
        byte[] file, FacilityFileFormat format, int defaultLicensed = 0, bool validateOnly = false, string? requestId = null,
        Metadata? headers = null)
    {
        using var call = Sites.ImportSites(headers ?? Operator);
        await call.RequestStream.WriteAsync(new ImportSitesRequest
        {
            Header = new ImportSitesHeader
            {
                RequestId = requestId ?? NewId(),
                Format = format,
                DefaultLicensedCapacity = defaultLicensed,
                ValidateOnly = validateOnly,
            },
        });
        foreach (var chunk in file.Chunk(60_000))
            await call.RequestStream.WriteAsync(new ImportSitesRequest { Chunk = ByteString.CopyFrom(chunk) });
        await call.RequestStream.CompleteAsync();
        var progress = 0;
        ImportReport? report = null;
        await foreach (var message in call.ResponseStream.ReadAllAsync())
        {
            report.ShouldBeNull("the report is the last message");
            report = message.Report;
            progress += message.Progress is null ? 0 : 1;
        }
        return (report.ShouldNotBeNull(), progress);
    }

    public async Task<ImportReport> ImportCsvAsync(string csv, int defaultLicensed = 0, bool validateOnly = false) =>
        (await ImportAsync(Encoding.UTF8.GetBytes(csv), FacilityFileFormat.Csv, defaultLicensed, validateOnly)).Report;

    /// <summary>A site in Virginia with one program of so many places.</summary>
    public async Task<(string SiteId, string ProgramId)> OpenProgramAsync(
        int licensed, double latitude = 38.03, double longitude = -78.48, string track = "SUBSTANCE_USE", string ageGroup = "ADULT")
    {
        var name = $"Site {Interlocked.Increment(ref siteNumber)}";
        var report = await ImportCsvAsync(
            $"{Columns}\n{Guid.NewGuid():N},{name},SA,1 Test Street,Charlottesville,VA,22902,,{latitude},{longitude},IOP,{track},{ageGroup},{licensed}\n");
        report.Added.ShouldBe(1, report.ToString());
        var all = await Sites.ListSitesAsync(
            new ListSitesRequest { Page = new() { Size = 500 }, WithPrograms = true }, Operator);
        var site = all.Sites.Single(s => s.Name == name);
        return (site.Id, site.Programs.Single().Id);
    }

    public async Task<Referral> ReferAsync(string givenName = "Ada")
    {
        var response = await Referrals.CreateReferralAsync(
            new CreateReferralRequest
            {
                RequestId = NewId(),
                Person = new Person
                {
                    GivenName = givenName,
                    FamilyName = "Example",
                    BirthDate = new DateOnly(1940, 1, 1).AddDays(Interlocked.Increment(ref personNumber) * 37 % 24_000).ToIso(),
                    Sex = Sex.Female,
                    Address = new Address { Street = "2 Test Street", City = "Charlottesville", State = "VA", Zip = "22902" },
                    Diagnosis = "F10.20",
                },
                Source = ReferralSource.Self,
                ReferredOn = Today(-3),
            },
            Operator);
        return response.Referral;
    }

    public static AnswerEligibilityRequest Answers(string referralId, EligibilityQuestion? no = null) => new()
    {
        RequestId = NewId(),
        ReferralId = referralId,
        RecommendedLevel = no is null ? LevelOfCare.Unspecified : LevelOfCare.Residential,
        Answers =
        {
            Enum.GetValues<EligibilityQuestion>()
                .Where(question => question != EligibilityQuestion.Unspecified)
                .Select(question => new EligibilityAnswer
                {
                    Question = question,
                    Yes = question != no,
                    Reason = question == no ? "needs detox first" : "",
                }),
        },
    };

    public async Task<string> ConsentAsync(string personId, params Purpose[] purposes)
    {
        var response = await Consents.RecordConsentAsync(
            new RecordConsentRequest
            {
                RequestId = NewId(),
                PersonId = personId,
                Purposes = { purposes },
                Recipient = "my treating providers, health plans and payers",
                Description = "all of the record of this program",
                SignedOn = Today(-1),
            },
            Operator);
        return response.Consent.Id;
    }

    /// <summary>A person whose referral is eligible and who consented to treatment.</summary>
    public async Task<Referral> ReferEligibleAsync()
    {
        var referral = await ReferAsync();
        await Referrals.AnswerEligibilityAsync(Answers(referral.Id), Operator);
        await ConsentAsync(referral.PersonId, Purpose.Treatment);
        return referral;
    }

    public AsyncUnaryCall<OfferPlaceResponse> OfferAsync(string referralId, string programId, string? requestId = null) =>
        Placement.OfferPlaceAsync(
            new OfferPlaceRequest { RequestId = requestId ?? NewId(), ReferralId = referralId, ProgramId = programId, Minutes = 60 },
            Operator);

    public AsyncUnaryCall<AdmitResponse> AdmitAsync(string offerId, string? requestId = null) =>
        Episodes.AdmitAsync(
            new AdmitRequest { RequestId = requestId ?? NewId(), OfferId = offerId, AdmittedOn = Today() }, Operator);

    public AsyncUnaryCall<ReleaseOfferResponse> ReleaseAsync(string offerId) =>
        Placement.ReleaseOfferAsync(new ReleaseOfferRequest { RequestId = NewId(), OfferId = offerId }, Operator);

    public AsyncUnaryCall<DischargeResponse> DischargeAsync(Episode episode, string? requestId = null) =>
        Episodes.DischargeAsync(
            new DischargeRequest
            {
                RequestId = requestId ?? NewId(),
                EpisodeId = episode.Id,
                Etag = episode.Etag,
                DischargedOn = Today(),
                Disposition = Disposition.Completed,
                AftercarePlan = "Weekly group and a call after a month.",
            },
            Operator);

    public async Task<Episode> AdmitNewPersonAsync(string programId)
    {
        var referral = await ReferEligibleAsync();
        var offer = (await OfferAsync(referral.Id, programId)).Offer;
        return (await AdmitAsync(offer.Id)).Episode;
    }

    public async Task<GetCapacityResponse> CapacityAsync(string programId) =>
        await Placement.GetCapacityAsync(new GetCapacityRequest { ProgramId = programId }, Operator);

    public async Task<IReadOnlyList<Place>> SearchAsync(
        Track track = Track.Unspecified, AgeGroup ageGroup = AgeGroup.Unspecified, double miles = 100, Metadata? headers = null) =>
        (await Placement.SearchPlacesAsync(
            new SearchPlacesRequest
            {
                Latitude = 38.03, Longitude = -78.48, RadiusMiles = miles, Track = track, AgeGroup = ageGroup, Limit = 100,
            },
            headers ?? Operator)).Places;

    /// <summary>Looks into the store as the service sees it.</summary>
    internal Task<T> ReadAsync<T>(Func<EnrollmentDbContext, CancellationToken, Task<T>> read) =>
        host.Services.GetRequiredService<Database<EnrollmentDbContext>>().ReadAsync(Network, read, default);

    /// <summary>Changes the store as the service would.</summary>
    internal Task<T> WriteAsync<T>(Func<EnrollmentDbContext, CancellationToken, Task<T>> write) =>
        host.Services.GetRequiredService<Database<EnrollmentDbContext>>().WriteAsync(
            Network, new AuditActor("test", "service", ""), write, default);

    /// <summary>
    /// Makes a call while a transaction on PostgreSQL is held, until it waits for that transaction, itself or behind another, or is
    /// answered without waiting. Who waited before is not taken for the call.
    /// </summary>
    internal static async Task<TCall> UntilItWaitsAsync<TCall>(EnrollmentDbContext db, Func<TCall> make, CancellationToken ct)
        where TCall : Task
    {
        var before = await BehindAsync(db, ct);
        var call = make();
        await Eventually.TrueAsync(
            async () =>
            {
                var now = await BehindAsync(db, ct);
                before.IntersectWith(now);
                return call.IsCompleted || now.Count > before.Count;
            },
            "the call to wait for the transaction");
        return call;
    }

    /// <summary>The backends that wait for a transaction, or for one that does.</summary>
    private static async Task<HashSet<int>> BehindAsync(EnrollmentDbContext db, CancellationToken ct) =>
    [
        .. await db.Database.SqlQuery<int>(
            $"""
             WITH RECURSIVE behind(pid) AS (
                 SELECT pg_backend_pid()
                 UNION
                 SELECT l.pid FROM pg_locks l JOIN behind b ON b.pid = ANY (pg_blocking_pids(l.pid)) WHERE NOT l.granted)
             SELECT pid AS "Value" FROM behind WHERE pid <> pg_backend_pid()
             """).ToListAsync(ct),
    ];

    /// <summary>Lets the time of an offer run out, as the database's clock sees it.</summary>
    internal Task RunOutAsync(string offerId) => WriteAsync((db, ct) =>
    {
        var id = Guid.Parse(offerId);
        var past = DateTimeOffset.UtcNow.AddMinutes(-1);
        return db.Offers.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.ExpiresAt, past), ct);
    });

    /// <summary>Whether the counted places are those of the rows, and never more than licensed.</summary>
    internal async Task ShouldBalanceAsync(string programId)
    {
        var id = Guid.Parse(programId);
        var (capacity, held, admitted) = await ReadAsync(async (db, ct) => (
            await db.Capacities.SingleAsync(c => c.ProgramId == id, ct),
            await db.Offers.CountAsync(o => o.ProgramId == id && o.Status == Enrollment.Placement.OfferStatus.Held, ct),
            await db.Episodes.CountAsync(e => e.ProgramId == id && e.Status == Enrollment.Episodes.EpisodeStatus.Admitted, ct)));
        capacity.Held.ShouldBe(held);
        capacity.Occupied.ShouldBe(admitted);
        (capacity.Held + capacity.Occupied).ShouldBeLessThanOrEqualTo(capacity.Licensed);
    }
}
