using Grpc.Core;
using Platform.Billing.Payers;
using Platform.Shared.Errors;
using Platform.Shared.Security;
using Proto = Platform.Enrollment.V1;

namespace Platform.Billing.Peers;

/// <summary>
/// Asks Enrollment, with this service's own identity in a network where nothing else is said. Billing keeps no copy of what it is
/// told of a person: names, birth dates and diagnoses go into the claim file and nowhere else.
/// </summary>
internal sealed class EnrollmentPeer(
    Proto.SiteService.SiteServiceClient sites,
    Proto.EpisodeService.EpisodeServiceClient episodes,
    Proto.PersonService.PersonServiceClient persons,
    Proto.DisclosureService.DisclosureServiceClient disclosures,
    ServiceIdentity identity)
{
    private const string Name = "Enrollment service";

    /// <summary>The code with which it refuses a person for payment; what else it refuses for is no answer about consent.</summary>
    private const string ConsentMissing = "CONSENT_MISSING";

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

    /// <summary>
    /// The id of a person, which is another than the given one when that is of a record that was merged. Asked with the caller's own
    /// token: Enrollment knows who sees whom.
    /// </summary>
    /// <exception cref="DomainException">UNAVAILABLE; NOT_FOUND.</exception>
    public async Task<Guid> FindPersonAsync(ServerCallContext context, Guid personId)
    {
        var token = new Metadata { { "authorization", context.RequestHeaders.GetValue("authorization")! } };
        var response = await PeerCall.AskAsync(Name, persons.GetPersonAsync(
            new Proto.GetPersonRequest { PersonId = personId.ToString(), Purpose = Proto.Purpose.Operations },
            new CallOptions(token, cancellationToken: context.CancellationToken)));
        return Guid.Parse((response?.Person ?? throw DomainError.NotFound("person").ToException()).Id);
    }

    /// <summary>A person, for payment; null when nothing allows disclosure to the payer.</summary>
    /// <exception cref="DomainException">UNAVAILABLE; NOT_FOUND.</exception>
    public async Task<Proto.Person?> GetPersonForPaymentAsync(
        Guid networkId, Guid siteId, Payer payer, Guid personId, CancellationToken cancellationToken)
    {
        try
        {
            var response = await PeerCall.AskAsync(Name, persons.GetPersonAsync(
                new Proto.GetPersonRequest
                {
                    PersonId = personId.ToString(),
                    Purpose = Proto.Purpose.Payment,
                    SiteId = siteId.ToString(),
                    PayerName = payer.Name,
                    PayerId = payer.Id.ToString(),
                },
                Options(networkId, cancellationToken)));
            return response?.Person ?? throw DomainError.NotFound("person").ToException();
        }
        catch (RpcException e) when (e.ToDomainError() is { Code: ConsentMissing })
        {
            return null;
        }
    }

    /// <summary>Records a disclosure about several persons, or says for whom it is refused.</summary>
    /// <exception cref="DomainException">UNAVAILABLE; NOT_FOUND: one of the persons or episodes, or the site.</exception>
    public async Task<Proto.RecordJointDisclosureResponse> RecordDisclosureAsync(
        Guid networkId, Proto.RecordJointDisclosureRequest request, CancellationToken cancellationToken) =>
        await PeerCall.AskAsync(Name, disclosures.RecordJointDisclosureAsync(request, Options(networkId, cancellationToken)))
            ?? throw DomainError.NotFound("person, episode or site").ToException();

    private CallOptions Options(Guid networkId, CancellationToken cancellationToken) =>
        new(identity.HeadersFor(networkId), cancellationToken: cancellationToken);
}
