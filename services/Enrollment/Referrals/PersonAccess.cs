using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Requests;

namespace Platform.Enrollment.Referrals;

/// <summary>
/// Who of a network sees a person: callers of the whole network; and callers of single sites while no site has the person yet
/// (intake), or when one of theirs offered a place or has, or had, the person in care. For others the person does not exist
/// (minimum necessary, 45 CFR 164.502(b)).
/// </summary>
internal static class PersonAccess
{
    /// <summary>Answers as if the person did not exist when the caller may not see it.</summary>
    /// <param name="operation">The call.</param>
    /// <param name="personId">The person.</param>
    /// <param name="what">The field's word for what was asked for, such as <c>referral</c>.</param>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    public static async Task RequirePersonAsync(this Operation<EnrollmentDbContext> operation, Guid personId, string what)
    {
        if (operation.Caller.Sites is not { } sites)
        {
            return;
        }

        var offers = await operation.Db.Offers
            .Where(offer => offer.PersonId == personId)
            .Select(offer => offer.SiteId)
            .Distinct()
            .ToListAsync(operation.CancellationToken);

        // Every admission came from an offer, so the offers name all sites that ever had the person.
        if (offers.Count > 0 && !offers.Exists(sites.Contains))
        {
            throw DomainError.NotFound(what).ToException();
        }
    }
}
