using System.Numerics;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

/// <summary>How a person wishes to take part. Numbered as in the API.</summary>
internal enum DeliveryWish
{
    /// <summary>At a site within the radius; a program that meets there part of the time counts.</summary>
    OnSite = 1,

    /// <summary>From afar only, wherever the site is.</summary>
    Virtual = 2,
}

/// <summary>What comes first. Numbered as in the API.</summary>
internal enum PlaceOrder
{
    /// <summary>The highest score: distance, wait and fit together.</summary>
    Best = 0,

    /// <summary>The nearest.</summary>
    Distance = 1,

    /// <summary>The shortest wait.</summary>
    Wait = 2,
}

/// <summary>Where a place is looked for, and for whom. What is not said does not matter.</summary>
/// <param name="Centre">Near which point.</param>
/// <param name="Miles">How far away at the most, above 0; programs given from afar only are taken from anywhere.</param>
internal sealed record PlaceCriteria(GeoPoint Centre, double Miles)
{
    /// <summary>What counts as the fit where nobody said.</summary>
    private const double Unsaid = 0.5;

    /// <summary>What the program must treat.</summary>
    public Track? Track { get; init; }

    /// <summary>Whom it must treat.</summary>
    public AgeGroup? AgeGroup { get; init; }

    /// <summary>The level of care it must give.</summary>
    public LevelOfCare? Level { get; init; }

    /// <summary>Languages of which one must be spoken.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The kind of payer who pays.</summary>
    public PayerKind? PayerKind { get; init; }

    /// <summary>The payer's identifier on claims; empty for any of its kind.</summary>
    public string PayerCode { get; init; } = string.Empty;

    /// <summary>Days on which the person can come.</summary>
    public Weekdays Weekdays { get; init; }

    /// <summary>When in the day the person can come.</summary>
    public TimesOfDay TimesOfDay { get; init; }

    /// <summary>How the person wishes to take part.</summary>
    public DeliveryWish? Wish { get; init; }

    /// <summary>The state that the person is in, where a virtual program must be licensed; empty when not said.</summary>
    public string State { get; init; } = string.Empty;

    /// <summary>Whether programs without an open place are wanted too.</summary>
    public bool IncludeFull { get; init; }

    /// <summary>What comes first.</summary>
    public PlaceOrder Order { get; init; }

    /// <summary>How many places at the most.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>The only region whose sites count; null for any.</summary>
    public Guid? RegionId { get; init; }

    /// <summary>The only sites that count; null for all of the network.</summary>
    public IReadOnlySet<Guid>? Sites { get; init; }

    /// <summary>Whether a payer is asked for.</summary>
    public bool AsksPayer => PayerKind is not null || PayerCode.Length > 0;

    /// <summary>Whether days or times of day are asked for.</summary>
    public bool AsksSchedule => Weekdays != Weekdays.None || TimesOfDay != TimesOfDay.None;

    /// <summary>Whether programs beyond the radius may do.</summary>
    public bool ReachesAfar => Wish != DeliveryWish.OnSite && State.Length > 0;

    /// <summary>Whether a site is among those that count.</summary>
    public bool Counts(CachedSite site) => (RegionId is null || RegionId == site.RegionId) && Sites?.Contains(site.Id) != false;

    /// <summary>
    /// How well a program suits, from 0 to 1; null when it does not. What a site or program never said is no refusal, and counts
    /// for half.
    /// </summary>
    public double? Fit(CachedSite site, CachedProgram program, double miles, DateTimeOffset now)
    {
        if ((program.Counts.Open <= 0 && !IncludeFull)
            || (Track is not null && Track != program.Track)
            || (AgeGroup is not null && AgeGroup != program.AgeGroup)
            || (Level is not null && Level != program.Level)
            || !Reaches(site, program, miles)
            || !site.TakesNew(program, now))
        {
            return null;
        }

        if (Languages.Count == 0 && !AsksPayer && !AsksSchedule)
        {
            return 1;
        }

        var fits = new List<double>(4);
        if (Languages.Count > 0)
        {
            fits.Add((double)Languages.Count(language => Speaks(site, language)) / Languages.Count);
        }

        if (AsksPayer)
        {
            fits.Add(Accepts(site) switch { true => 1, null => Unsaid, false => 0 });
        }

        if (Weekdays != Weekdays.None)
        {
            fits.Add(program.Weekdays == Weekdays.None
                ? Unsaid
                : (double)BitOperations.PopCount((uint)(program.Weekdays & Weekdays)) / BitOperations.PopCount((uint)program.Weekdays));
        }

        if (TimesOfDay != TimesOfDay.None)
        {
            fits.Add(program.TimesOfDay == TimesOfDay.None ? Unsaid : (program.TimesOfDay & TimesOfDay) != TimesOfDay.None ? 1 : 0);
        }

        return fits.Contains(0) ? null : fits.Average();
    }

    /// <summary>Whether a language is spoken at a site; English is at all.</summary>
    public static bool Speaks(CachedSite site, string language) =>
        language.Equals("English", StringComparison.OrdinalIgnoreCase) || site.Languages.Contains(language, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a site accepts the payer; null when it did not say.</summary>
    public bool? Accepts(CachedSite site)
    {
        if (site.Payers.Count == 0)
        {
            return null;
        }

        if (PayerKind is { } kind)
        {
            return site.Payers.Any(payer => payer.Covers(kind, PayerCode));
        }

        // Of a code alone it is not known whose kind it is.
        return site.Payers.Any(payer => payer.Code == PayerCode) ? true
            : site.Payers.Any(payer => payer.Code.Length == 0) ? null
            : false;
    }

    /// <summary>
    /// Whether the person can take part from where they are. Whoever takes part from afar is treated where they are, so that a
    /// program needs a licence there: one given from afar only always, one that meets at the site in part as soon as it is known
    /// where the person is.
    /// </summary>
    private bool Reaches(CachedSite site, CachedProgram program, double miles) => program.Delivery switch
    {
        Delivery.Virtual => Wish != DeliveryWish.OnSite && State.Length > 0 && program.VirtualStates.Contains(State),
        Delivery.Hybrid => Wish != DeliveryWish.Virtual && miles <= Miles
            && (State.Length == 0 || State == site.State || program.VirtualStates.Contains(State)),
        _ => Wish != DeliveryWish.Virtual && miles <= Miles,
    };
}
