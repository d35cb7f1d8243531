using Platform.Shared.Security;

namespace Platform.Local.Identity;

/// <summary>Somebody made up.</summary>
/// <param name="Role">What they are.</param>
/// <param name="Subject">Their <c>sub</c> claim.</param>
public sealed record DevelopmentIdentity(CallerRole Role, string Subject)
{
    /// <summary>A regional operator of the made-up network.</summary>
    public static DevelopmentIdentity Operator { get; } = new(CallerRole.Operator, "olivia.operator");

    /// <summary>A site administrator.</summary>
    public static DevelopmentIdentity SiteAdmin { get; } = new(CallerRole.SiteAdmin, "sam.siteadmin");

    /// <summary>A clinician.</summary>
    public static DevelopmentIdentity Clinician { get; } = new(CallerRole.Clinician, "clara.clinician");

    /// <summary>The network.</summary>
    public Guid Network { get; init; } = DevelopmentIssuer.Network;

    /// <summary>The sites; null for all of the network.</summary>
    public IReadOnlyList<Guid>? Sites { get; init; }

    /// <summary>The payer; only a payer has one.</summary>
    public Guid? PayerId { get; init; }

    /// <summary>A payer.</summary>
    public static DevelopmentIdentity Payer(Guid payerId) => new(CallerRole.Payer, "pat.payer") { PayerId = payerId };
}
