using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Census;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Credentials;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Enrollment.Regions;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment;

/// <summary>The store of Enrollment: sites, places, referrals, consents and episodes.</summary>
public sealed class EnrollmentDbContext(DbContextOptions<EnrollmentDbContext> options) : ServiceDbContext(options)
{
    /// <summary>What this transaction moves, until it is added to the tallies at its end.</summary>
    private readonly TallyChanges _tallyChanges = new();

    /// <summary>The network's rules, once they were asked for in this transaction: all that it decides, it decides by the same.</summary>
    internal RulePackSet<CareRules>? Rules { get; set; }

    internal DbSet<Network> Networks => Set<Network>();

    internal DbSet<Region> Regions => Set<Region>();

    internal DbSet<Site> Sites => Set<Site>();

    internal DbSet<Credential> Credentials => Set<Credential>();

    internal DbSet<CareProgram> Programs => Set<CareProgram>();

    internal DbSet<ProgramCapacity> Capacities => Set<ProgramCapacity>();

    internal DbSet<ScheduledCapacity> ScheduledCapacities => Set<ScheduledCapacity>();

    internal DbSet<LicensedChange> LicensedChanges => Set<LicensedChange>();

    internal DbSet<Offer> Offers => Set<Offer>();

    internal DbSet<WaitlistEntry> WaitlistEntries => Set<WaitlistEntry>();

    internal DbSet<WaitlistWant> WaitlistWants => Set<WaitlistWant>();

    internal DbSet<WaitlistEvent> WaitlistEvents => Set<WaitlistEvent>();

    internal DbSet<WaitlistLine> WaitlistLines => Set<WaitlistLine>();

    internal DbSet<PlaceTurnover> PlaceTurnovers => Set<PlaceTurnover>();

    internal DbSet<Person> Persons => Set<Person>();

    internal DbSet<PersonMemberId> MemberIds => Set<PersonMemberId>();

    internal DbSet<DuplicatePair> DuplicatePairs => Set<DuplicatePair>();

    internal DbSet<Referral> Referrals => Set<Referral>();

    internal DbSet<ReceivedDocument> ReceivedDocuments => Set<ReceivedDocument>();

    internal DbSet<AsamAssessment> AsamAssessments => Set<AsamAssessment>();

    internal DbSet<ScreeningRecord> Screenings => Set<ScreeningRecord>();

    internal DbSet<SafetyAlert> SafetyAlerts => Set<SafetyAlert>();

    internal DbSet<EpisodeOutcome> EpisodeOutcomes => Set<EpisodeOutcome>();

    internal DbSet<ProgramOutcome> ProgramOutcomes => Set<ProgramOutcome>();

    internal DbSet<EligibilityAnswer> EligibilityAnswers => Set<EligibilityAnswer>();

    internal DbSet<Consent> Consents => Set<Consent>();

    internal DbSet<Disclosure> Disclosures => Set<Disclosure>();

    internal DbSet<Episode> Episodes => Set<Episode>();

    internal DbSet<NetworkRulePack> NetworkRulePacks => Set<NetworkRulePack>();

    internal DbSet<RulePackHead> RulePackHeads => Set<RulePackHead>();

    internal DbSet<RuleDecision> RuleDecisions => Set<RuleDecision>();

    internal DbSet<EpisodePlan> EpisodePlans => Set<EpisodePlan>();

    internal DbSet<PlanVersion> PlanVersions => Set<PlanVersion>();

    internal DbSet<PlanSignature> PlanSignatures => Set<PlanSignature>();

    internal DbSet<PlanReview> PlanReviews => Set<PlanReview>();

    internal DbSet<Certification> Certifications => Set<Certification>();

    internal DbSet<PlanDue> PlanDues => Set<PlanDue>();

    internal DbSet<PlanPass> PlanPasses => Set<PlanPass>();

    internal DbSet<EpisodeStay> EpisodeStays => Set<EpisodeStay>();

    internal DbSet<AdmissionCorrection> AdmissionCorrections => Set<AdmissionCorrection>();

    internal DbSet<AuthorizedLevel> AuthorizedLevels => Set<AuthorizedLevel>();

    internal DbSet<Aftercare> Aftercare => Set<Aftercare>();

    internal DbSet<FollowUp> FollowUps => Set<FollowUp>();

    internal DbSet<Tally> Tallies => Set<Tally>();

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        await _tallyChanges.CollectAsync(this, cancellationToken);
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<FormattableString> LastStatements() => _tallyChanges.Statements(this);

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        _tallyChanges.Clear();
        Rules = null;
    }

    /// <inheritdoc/>
    protected override DomainError? ErrorFor(string constraint) => constraint switch
    {
        SiteTable.UniqueExternalId => SiteErrors.Exists,
        CareProgramTable.UniqueName => SiteErrors.ProgramExists,
        CredentialTable.UniqueCurrent => Credential.Exists,
        RegionTable.UniqueName => Region.Exists,
        ProgramCapacityTable.NeverOversold => CapacityLedger.Full,
        ScheduledCapacityTable.UniqueDay => ScheduledCapacity.DayTaken,
        OfferTable.OneHeldPerReferral => OfferErrors.Open,
        WaitlistEntryTable.OneOpenPerReferral => WaitlistErrors.Open,
        EpisodeTable.OneOpenPerPerson => EpisodeErrors.Open,
        NetworkRulePackTable.UniqueVersion => RulePackErrors.Exists,
        _ => null,
    };

    /// <inheritdoc/>
    protected override void MapTables(ModelBuilder model) => model.ApplyConfigurationsFromAssembly(typeof(EnrollmentDbContext).Assembly);

    /// <summary>
    /// Reads a row and keeps others from changing it until the transaction ends. SQLite has one writer at a time, so there the
    /// transaction itself is the lock.
    /// </summary>
    internal Task<T?> LockedAsync<T>(Guid id, CancellationToken cancellationToken)
        where T : class
    {
        var entity = Model.FindEntityType(typeof(T))!;
        var key = entity.FindPrimaryKey()!.Properties[0];
        if (!IsPostgres)
        {
            return Set<T>().SingleOrDefaultAsync(row => EF.Property<Guid>(row, key.Name) == id, cancellationToken);
        }

        var sql = string.Concat("SELECT * FROM ", entity.GetTableName(), " WHERE ", key.GetColumnName(), " = {0} FOR UPDATE");
        return Set<T>().FromSqlRaw(sql, id).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Notes that the network has sites here, once.</summary>
    internal Task EnterNetworkAsync(CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"INSERT INTO network (network_id) VALUES ({NetworkId}) ON CONFLICT DO NOTHING", cancellationToken);
}
