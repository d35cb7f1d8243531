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

    /// <summary>Somebody with a role, as tokens write it.</summary>
    /// <param name="role">operator, site_admin, clinician or payer.</param>
    /// <param name="payerId">The payer; required for a payer.</param>
    /// <exception cref="InvalidOperationException">The role is not one of these, or a payer has no payer id.</exception>
    public static DevelopmentIdentity Of(string role, Guid? payerId) =>
        (RoleNames.TryParse(role, out var known) ? known : CallerRole.Service) switch
        {
            CallerRole.Operator => Operator,
            CallerRole.SiteAdmin => SiteAdmin,
            CallerRole.Clinician => Clinician,
            CallerRole.Payer => Payer(payerId ?? throw new InvalidOperationException(
                "A payer's token needs the payer's id, as PayerService/ListPayers gives it.")),
            _ => throw new InvalidOperationException("The role must be operator, site_admin, clinician or payer."),
        };
}
