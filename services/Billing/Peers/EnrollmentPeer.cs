using Grpc.Core;
using Platform.Shared.Errors;
using Platform.Shared.Security;
using Proto = Platform.Enrollment.V1;

namespace Platform.Billing.Peers;

/// <summary>
/// Asks Enrollment, with this service's own identity in a network. Billing keeps no copy of what it is told of a person: names,
/// birth dates and diagnoses go into the claim file and nowhere else.
/// </summary>
internal sealed class EnrollmentPeer(
    Proto.SiteService.SiteServiceClient sites,
    Proto.EpisodeService.EpisodeServiceClient episodes,
    Proto.PersonService.PersonServiceClient persons,
    ServiceIdentity identity)
{
    private const string Name = "Enrollment service";

    /// <summary>A site with its programs.</summary>
    /// <exception cref="DomainException">UNAVAILABLE; NOT_FOUND.</exception>
    public async Task<SiteFacts> GetSiteAsync(Guid networkId, Guid siteId, CancellationToken cancellationToken)
    {
        var response = await PeerCall.AskAsync(Name, sites.GetSiteAsync(
            new Proto.GetSiteRequest { SiteId = siteId.ToString() }, Options(networkId, cancellationToken)));
        return new SiteFacts(response?.Site ?? throw DomainError.NotFound("site").ToException());
    }

    /// <summary>An episode: its person and its site.</summary>
    /// <exception cref="DomainException">UNAVAILABLE; NOT_FOUND.</exception>
    public async Task<Proto.Episode> GetEpisodeAsync(Guid networkId, Guid episodeId, CancellationToken cancellationToken)
    {
        var response = await PeerCall.AskAsync(Name, episodes.GetEpisodeAsync(
            new Proto.GetEpisodeRequest { EpisodeId = episodeId.ToString() }, Options(networkId, cancellationToken)));
        return response?.Episode ?? throw DomainError.NotFound("episode").ToException();
    }

    /// <summary>A person, for payment; null when no active consent allows disclosure to payers.</summary>
    /// <exception cref="DomainException">UNAVAILABLE; NOT_FOUND.</exception>
    public async Task<Proto.Person?> GetPersonForPaymentAsync(Guid networkId, Guid personId, CancellationToken cancellationToken)
    {
        try
        {
            var response = await PeerCall.AskAsync(Name, persons.GetPersonAsync(
                new Proto.GetPersonRequest { PersonId = personId.ToString(), Purpose = Proto.Purpose.Payment },
                Options(networkId, cancellationToken)));
            return response?.Person ?? throw DomainError.NotFound("person").ToException();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
        {
            return null;
        }
    }

    private CallOptions Options(Guid networkId, CancellationToken cancellationToken) =>
        new(identity.HeadersFor(networkId), cancellationToken: cancellationToken);
}
