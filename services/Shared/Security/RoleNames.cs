namespace Platform.Shared.Security;

/// <summary>Roles as tokens write them.</summary>
public static class RoleNames
{
    private static readonly Dictionary<string, CallerRole> Roles = new(StringComparer.Ordinal)
    {
        ["operator"] = CallerRole.Operator,
        ["site_admin"] = CallerRole.SiteAdmin,
        ["clinician"] = CallerRole.Clinician,
        ["payer"] = CallerRole.Payer,
        ["service"] = CallerRole.Service,
    };

    /// <summary>The claim value of a role.</summary>
    public static string Of(CallerRole role) => Roles.First(pair => pair.Value == role).Key;

    /// <summary>The role of a claim value.</summary>
    public static bool TryParse(string? value, out CallerRole role)
    {
        role = default;
        return value is not null && Roles.TryGetValue(value, out role);
    }
}
