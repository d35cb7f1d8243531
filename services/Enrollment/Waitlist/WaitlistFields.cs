using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Waitlist;

/// <summary>What is waited for: ids of one kind.</summary>
internal sealed record Wanted(WantKind Kind, IReadOnlyList<Guid> Ids);

/// <summary>Who joins, parsed.</summary>
internal sealed record JoiningFields(Guid ReferralId, Wanted Wanted, WaitlistCriteria Criteria, IReadOnlyList<WaitlistFact> Facts);

/// <summary>Parses who joins.</summary>
internal static class JoiningRequests
{
    private const int MostSites = 100;

    /// <summary>Parses a request, and notes what is wrong under the names of its fields.</summary>
    public static JoiningFields Parse(V1.JoinWaitlistRequest request, Validation validation)
    {
        var referralId = validation.Id(request.ReferralId, "referral_id");
        var wanted = ParseWanted(request, validation);
        var facts = request.Facts.Select((fact, i) => (WaitlistFact)validation.Choice(fact, $"facts[{i}]")).ToList();
        validation.Require(facts.Distinct().Count() == facts.Count, "facts", "has a fact twice");
        return new JoiningFields(referralId, wanted, ParseCriteria(request.Criteria ?? new V1.WaitlistCriteria(), validation), facts);
    }

    private static Wanted ParseWanted(V1.JoinWaitlistRequest request, Validation validation)
    {
        switch (request.WantedCase)
        {
            case V1.JoinWaitlistRequest.WantedOneofCase.ProgramId:
                return new Wanted(WantKind.Program, [validation.Id(request.ProgramId, "program_id")]);
            case V1.JoinWaitlistRequest.WantedOneofCase.RegionId:
                return new Wanted(WantKind.Region, [validation.Id(request.RegionId, "region_id")]);
            case V1.JoinWaitlistRequest.WantedOneofCase.Sites:
                var given = request.Sites.SiteIds;
                validation.Require(given.Count is > 0 and <= MostSites, "sites.site_ids", $"must be 1 to {MostSites}");
                var ids = given.Select((id, i) => validation.Id(id, $"sites.site_ids[{i}]")).ToList();
                validation.Require(ids.Distinct().Count() == ids.Count, "sites.site_ids", "has a site twice");
                return new Wanted(WantKind.Site, ids);
            default:
                validation.Fail("program_id", "or region_id or sites is required");
                return new Wanted(WantKind.Program, []);
        }
    }

    private static WaitlistCriteria ParseCriteria(V1.WaitlistCriteria criteria, Validation validation)
    {
        validation.Require(Enum.IsDefined(criteria.Track), "criteria.track", "is not a known value");
        validation.Require(Enum.IsDefined(criteria.AgeGroup), "criteria.age_group", "is not a known value");
        validation.Require(Enum.IsDefined(criteria.Level), "criteria.level", "is not a known value");
        validation.Require(Enum.IsDefined(criteria.Delivery), "criteria.delivery", "is not a known value");
        for (var i = 0; i < criteria.Weekdays.Count; i++)
        {
            validation.Choice(criteria.Weekdays[i], $"criteria.weekdays[{i}]");
        }

        for (var i = 0; i < criteria.TimesOfDay.Count; i++)
        {
            validation.Choice(criteria.TimesOfDay[i], $"criteria.times_of_day[{i}]");
        }

        validation.Require(Enum.IsDefined(criteria.PayerKind), "criteria.payer_kind", "is not a known value");
        var code = criteria.PayerCode.Trim();
        validation.Require(code.Length == 0 || criteria.PayerKind != V1.PayerKind.Unspecified, "criteria.payer_kind", "is required with a payer_code");
        validation.Require(AcceptedPayer.IsCode(code), "criteria.payer_code", "is not a payer's code");
        var state = criteria.State.Trim().ToUpperInvariant();
        validation.Require(
            state.Length == 0 || UsPlaces.IsState(state), "criteria.state", "is not the two-letter code of a state or territory");
        var language = validation.OptionalText(criteria.Language, "criteria.language", 100);
        if (validation.Violations.Count > 0)
        {
            return new WaitlistCriteria();
        }

        return new WaitlistCriteria(
            criteria.Track == V1.Track.Unspecified ? null : (Track)criteria.Track,
            criteria.AgeGroup == V1.AgeGroup.Unspecified ? null : (AgeGroup)criteria.AgeGroup,
            criteria.Level == V1.LevelOfCare.Unspecified ? null : (LevelOfCare)criteria.Level,
            criteria.Delivery == V1.Delivery.Unspecified ? null : (Delivery)criteria.Delivery,
            ProgramWords.DaysOf(criteria.Weekdays.Select(day => (int)day)),
            ProgramWords.TimesOf(criteria.TimesOfDay.Select(time => (int)time)),
            language,
            criteria.PayerKind == V1.PayerKind.Unspecified ? null : new AcceptedPayer((PayerKind)criteria.PayerKind, code),
            state);
    }
}
