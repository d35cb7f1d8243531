using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Billing.Coverages;

/// <summary>Coverages and authorizations as the API has them.</summary>
internal static class CoverageMessages
{
    private const int MaximumUnits = 1000;

    /// <summary>Parses a coverage that is to be recorded.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public static Coverage Parse(V1.Coverage? message, Guid id, Guid networkId)
    {
        var validation = new Validation();
        message ??= new V1.Coverage();
        validation.Require(message.Id.Length == 0, "coverage.id", "must be empty");
        var coverage = new Coverage
        {
            Id = id,
            NetworkId = networkId,
            PersonId = validation.Id(message.PersonId, "coverage.person_id"),
            PayerId = validation.Id(message.PayerId, "coverage.payer_id"),
            MemberId = validation.Identifier(message.MemberId, "coverage.member_id", 80),
            EffectiveFrom = validation.Day(message.EffectiveFrom, "coverage.effective_from"),
            EffectiveTo = validation.OptionalDay(message.EffectiveTo, "coverage.effective_to"),
        };
        validation.Require(
            coverage.EffectiveTo is not { } last || last >= coverage.EffectiveFrom, "coverage.effective_to", "must not be before effective_from");
        validation.ThrowIfInvalid();
        return coverage;
    }

    /// <summary>Parses an authorization that is to be recorded; its person and site are the episode's and added later.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public static ParsedAuthorization Parse(V1.Authorization? message)
    {
        var validation = new Validation();
        message ??= new V1.Authorization();
        validation.Require(message.Id.Length == 0, "authorization.id", "must be empty");
        validation.Require(message.Used == 0, "authorization.used", "must be empty");
        var parsed = new ParsedAuthorization(
            validation.Id(message.EpisodeId, "authorization.episode_id"),
            validation.Id(message.PayerId, "authorization.payer_id"),
            validation.Code(message.Code, "authorization.code", 5, 5),
            validation.Identifier(message.Number, "authorization.number", 50),
            validation.Day(message.From, "authorization.from"),
            validation.Day(message.To, "authorization.to"),
            validation.Number(message.Units, "authorization.units", 1, MaximumUnits));
        validation.Require(parsed.To >= parsed.From, "authorization.to", "must not be before from");
        validation.ThrowIfInvalid();
        return parsed;
    }

    /// <summary>The coverage as the API has it.</summary>
    public static V1.Coverage ToMessage(this Coverage coverage) => new()
    {
        Id = coverage.Id.ToString(),
        PersonId = coverage.PersonId.ToString(),
        PayerId = coverage.PayerId.ToString(),
        MemberId = coverage.MemberId,
        EffectiveFrom = coverage.EffectiveFrom.ToIso(),
        EffectiveTo = coverage.EffectiveTo.ToIso(),
    };

    /// <summary>The authorization as the API has it.</summary>
    public static V1.Authorization ToMessage(this Authorization authorization) => new()
    {
        Id = authorization.Id.ToString(),
        EpisodeId = authorization.EpisodeId.ToString(),
        PayerId = authorization.PayerId.ToString(),
        Code = authorization.Code,
        Number = authorization.Number,
        From = authorization.From.ToIso(),
        To = authorization.To.ToIso(),
        Units = authorization.Units,
        Used = authorization.Used,
    };
}

/// <summary>What a request says of a new authorization.</summary>
internal sealed record ParsedAuthorization(
    Guid EpisodeId, Guid PayerId, string Code, string Number, DateOnly From, DateOnly To, int Units)
{
    /// <summary>The authorization of an episode.</summary>
    public Authorization For(Guid personId, Guid siteId, Guid id, Guid networkId) => new()
    {
        Id = id,
        NetworkId = networkId,
        EpisodeId = EpisodeId,
        PersonId = personId,
        SiteId = siteId,
        PayerId = PayerId,
        Code = Code,
        Number = Number,
        From = From,
        To = To,
        Units = Units,
    };
}
