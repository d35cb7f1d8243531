using System.Globalization;
using Platform.Shared.Errors;

namespace Platform.Shared.Paging;

/// <summary>Strong etags made of a row's version (AIP-154, RFC 9110 section 8.8.3).</summary>
public static class Etag
{
    /// <summary>The etag of a version.</summary>
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Refuses a change that was based on another version than the current one.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT when absent, ABORTED when stale.</exception>
    public static void Require(string given, long currentVersion)
    {
        if (given.Length == 0)
        {
            throw DomainError.Invalid("etag", "is required").ToException();
        }

        if (given != Of(currentVersion))
        {
            throw DomainError.StaleEtag.ToException();
        }
    }
}
