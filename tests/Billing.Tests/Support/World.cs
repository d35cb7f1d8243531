using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Billing.Charges;
using Platform.Billing.V1;
using Platform.Contracts.Events.Attendance;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.V1;
using Platform.Scheduling.V1;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Support;
using Charge = Platform.Billing.V1.Charge;
using ChargeStatus = Platform.Billing.V1.ChargeStatus;
using PersonsMergedHandler = Platform.Billing.Coverages.PersonsMergedHandler;

namespace Platform.Billing.Tests.Support;

/// <summary>A person in an episode of care.</summary>
public sealed record Patient(Guid PersonId, Guid EpisodeId);

/// <summary>A network of its own on a shared host: a site with a program and a clinician, and what a test does there.</summary>
public sealed class World
{
    public static readonly DateOnly Monday = new(2026, 3, 2);

    private readonly BillingHost host;

    public World(BillingHost host)
    {
        this.host = host;
        Payers = new(host.Host.Channel);
        Coverages = new(host.Host.Channel);
        Charges = new(host.Host.Channel);
        Claims = new(host.Host.Channel);
        Remittances = new(host.Host.Channel);
        Ledger = new(host.Host.Channel);
        Operator = host.Tokens.Operator(Network);
        Site = AddSite();
        Clinician = AddClinician("1234567893");
    }

    public Guid Network { get; } = Guid.CreateVersion7();

    public Metadata Operator { get; }

    public TestTokens Tokens => host.Tokens;

    public Peers.Directory Known => host.Peers.Known;

    public FailOnErrorLogs Logs => host.Host.Logs;

    public Site Site { get; }

    public Clinician Clinician { get; }

    public PayerService.PayerServiceClient Payers { get; }

    public CoverageService.CoverageServiceClient Coverages { get; }

    public ChargeService.ChargeServiceClient Charges { get; }

    public ClaimService.ClaimServiceClient Claims { get; }

    public RemittanceService.RemittanceServiceClient Remittances { get; }

    public LedgerService.LedgerServiceClient Ledger { get; }

    public static string NewRequest() => Guid.NewGuid().ToString();

    public static string Iso(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    public Site AddSite()
    {
        var id = Guid.CreateVersion7().ToString();
        return Known.Sites[id] = new Site
        {
            Id = id,
            Name = "Cedar House",
            Address = new Address { Street = "12 Elm Street", City = "Austin", State = "TX", Zip = "787011234" },
            TimeZone = "America/Chicago",
            Npi = "1234567893",
            TaxId = "741234567",
            Programs = { new Enrollment.V1.Program { Id = Guid.CreateVersion7().ToString(), SiteId = id, Track = Track.SubstanceUse } },
        };
    }

    public Clinician AddClinician(string npi)
    {
        var id = Guid.CreateVersion7().ToString();
        return Known.Clinicians[id] = new Clinician { Id = id, GivenName = "Dana", FamilyName = "Reyes", Npi = npi };
    }

    public Patient AddPatient()
    {
        var patient = new Patient(Guid.CreateVersion7(), Guid.CreateVersion7());
        Known.Persons[patient.PersonId.ToString()] = new Person
        {
            Id = patient.PersonId.ToString(),
            GivenName = "Alex",
            FamilyName = "Quillfeather",
            BirthDate = "1990-05-17",
            Sex = Sex.Female,
            Address = new Address { Street = "3 Oak Lane", City = "Austin", State = "TX", Zip = "78702" },
            Diagnosis = "F1020",
        };
        Known.Episodes[patient.EpisodeId.ToString()] = new Episode
        {
            Id = patient.EpisodeId.ToString(),
            PersonId = patient.PersonId.ToString(),
            SiteId = Site.Id,
        };
        return patient;
    }

    /// <summary>A day as Attendance tells it.</summary>
    public ServiceDayClosed Day(
        Patient patient, DateOnly? on = null, int minutes = 200, long version = 1, Guid? id = null, Clinician? clinician = null) => new(
            id ?? Guid.CreateVersion7(),
            version,
            patient.EpisodeId,
            patient.PersonId,
            Guid.Parse(Site.Id),
            Guid.Parse(Site.Programs[0].Id),
            on ?? Monday,
            new Dictionary<string, int>(StringComparer.Ordinal) { ["GROUP"] = minutes - 20, ["INDIVIDUAL"] = 20 },
            Guid.Parse((clinician ?? Clinician).Id));

    /// <summary>Handles the event as its consumer does, in a transaction.</summary>
    public Task HandleAsync(ServiceDayClosed day) => HandleAsync<ServiceDayClosed, ServiceDayClosedHandler>(day);

    /// <summary>Handles the event as its consumer does, in a transaction.</summary>
    public Task HandleAsync(ConsentRevoked revoked) => HandleAsync<ConsentRevoked, ConsentRevokedHandler>(revoked);

    private async Task HandleAsync<TEvent, THandler>(TEvent domainEvent)
        where TEvent : class, IDomainEvent
        where THandler : class, IEventHandler<BillingDbContext, TEvent>
    {
        await using var scope = host.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Database<BillingDbContext>>().WriteAsync(
            Network,
            new AuditActor(typeof(TEvent).Name, "service", string.Empty),
            async (db, ct) =>
            {
                await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(db, domainEvent, ct);
                return true;
            },
            CancellationToken.None);
    }

    /// <summary>Handles a merge of two records as its consumer does.</summary>
    public async Task MergeAsync(Patient kept, Patient merged)
    {
        await using var scope = host.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Database<BillingDbContext>>().WriteAsync(
            Network,
            new AuditActor("enrollment.persons-merged", "service", string.Empty),
            async (db, ct) =>
            {
                var handler = scope.ServiceProvider.GetRequiredService<PersonsMergedHandler>();
                await handler.HandleAsync(db, new PersonsMerged(kept.PersonId, merged.PersonId), ct);
                return true;
            },
            CancellationToken.None);
    }

    /// <summary>Writes to the store past the service, in the network.</summary>
    internal Task<int> WriteAsync(Func<BillingDbContext, Task<int>> write) =>
        host.Host.Services.GetRequiredService<Database<BillingDbContext>>()
            .WriteAsync(Network, actor: null, (db, _) => write(db), CancellationToken.None);

    /// <summary>Handles the event and waits until its charge was evaluated.</summary>
    public async Task<Charge> CloseAsync(ServiceDayClosed day)
    {
        await HandleAsync(day);
        return await EvaluatedAsync(day);
    }

    /// <summary>The charge of a day, once it was evaluated.</summary>
    public Task<Charge> EvaluatedAsync(ServiceDayClosed day) => Eventually.GivesAsync(
        async () => await FindAsync(day) is { } charge && charge.Holds.All(hold => hold.Code != "EVALUATION_PENDING") ? charge : null,
        "the charge to be evaluated");

    public async Task<Charge?> FindAsync(ServiceDayClosed day) => (await Charges.ListChargesAsync(
        new ListChargesRequest { SiteId = Site.Id, EpisodeId = day.EpisodeId.ToString() }, Operator))
        .Charges.SingleOrDefault(charge => charge.ServiceDayId == day.ServiceDayId.ToString());

    public async Task<Payer> AddPayerAsync(string? code = null) => (await Payers.CreatePayerAsync(
        new CreatePayerRequest
        {
            RequestId = NewRequest(),
            Payer = new Payer { Name = "Northwind Health", PayerCode = code ?? "NW001", ReceiverId = "NWHEALTH", FilingIndicator = "CI" },
        },
        Operator)).Payer;

    public async Task<Contract> AddContractAsync(Payer payer, bool authorization = false, Action<Contract>? change = null)
    {
        var contract = new Contract
        {
            PayerId = payer.Id,
            Code = "H0015",
            RateCents = 250_00,
            RevenueCode = "0906",
            EffectiveFrom = "2026-01-01",
            AuthorizationRequired = authorization,
        };
        change?.Invoke(contract);
        return (await Payers.CreateContractAsync(
            new CreateContractRequest { RequestId = NewRequest(), Contract = contract }, Operator)).Contract;
    }

    public async Task<Coverage> AddCoverageAsync(Patient patient, Payer payer, string from = "2026-01-01", string to = "") =>
        (await Coverages.AddCoverageAsync(
            new AddCoverageRequest
            {
                RequestId = NewRequest(),
                Coverage = new Coverage
                {
                    PersonId = patient.PersonId.ToString(),
                    PayerId = payer.Id,
                    MemberId = "M00042",
                    EffectiveFrom = from,
                    EffectiveTo = to,
                },
            },
            Operator)).Coverage;

    public async Task<Authorization> AddAuthorizationAsync(Patient patient, Payer payer, int units, string number = "AUTH1") =>
        (await Coverages.AddAuthorizationAsync(
            new AddAuthorizationRequest
            {
                RequestId = NewRequest(),
                Authorization = new Authorization
                {
                    EpisodeId = patient.EpisodeId.ToString(),
                    PayerId = payer.Id,
                    Code = "H0015",
                    Number = number,
                    From = "2026-01-01",
                    To = "2026-12-31",
                    Units = units,
                },
            },
            Operator)).Authorization;

    /// <summary>A payer with a contract that needs no authorization.</summary>
    public async Task<Payer> AddContractedPayerAsync(string? code = null)
    {
        var payer = await AddPayerAsync(code);
        await AddContractAsync(payer);
        return payer;
    }

    /// <summary>A covered patient whose days from Monday on are ready to be claimed.</summary>
    public async Task<Patient> AddReadyPatientAsync(Payer payer, int days = 1)
    {
        var patient = AddPatient();
        await AddCoverageAsync(patient, payer);
        for (var i = 0; i < days; i++)
            (await CloseAsync(Day(patient, Monday.AddDays(i)))).Status.ShouldBe(ChargeStatus.Ready);
        return patient;
    }

    public async Task<WriteClaimsResponse> WriteClaimsAsync(Payer payer, string? request = null) => await Claims.WriteClaimsAsync(
        new WriteClaimsRequest { RequestId = request ?? NewRequest(), PayerId = payer.Id, SiteId = Site.Id, Through = "2026-12-31" }, Operator);

    public async Task<byte[]> DownloadAsync(string fileId, Metadata? caller = null)
    {
        using var call = Claims.DownloadClaimFile(new DownloadClaimFileRequest { FileId = fileId }, caller ?? Operator);
        using var content = new MemoryStream();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            call.ResponseStream.Current.Chunk.WriteTo(content);
        return content.ToArray();
    }

    public async Task<PostRemittanceResponse> PostAsync(byte[] file, string? request = null, Metadata? caller = null, string name = "835.edi")
    {
        using var call = Remittances.PostRemittance(caller ?? Operator);
        await call.RequestStream.WriteAsync(new PostRemittanceRequest
        {
            Header = new PostRemittanceHeader { RequestId = request ?? NewRequest(), FileName = name },
        });
        foreach (var chunk in file.Chunk(1000))
            await call.RequestStream.WriteAsync(new PostRemittanceRequest { Chunk = ByteString.CopyFrom(chunk) });
        await call.RequestStream.CompleteAsync();
        return await call;
    }

    /// <summary>The balances of the whole network, or of a claim; that they sum to zero is asserted here, always.</summary>
    public async Task<Dictionary<string, long>> BalancesAsync(string claimId = "")
    {
        var trial = await Ledger.GetTrialBalanceAsync(new GetTrialBalanceRequest { ClaimId = claimId }, Operator);
        trial.SumCents.ShouldBe(0);
        trial.Balances.Sum(balance => balance.BalanceCents).ShouldBe(0);
        return trial.Balances.ToDictionary(balance => balance.Account, balance => balance.BalanceCents, StringComparer.Ordinal);
    }
}
