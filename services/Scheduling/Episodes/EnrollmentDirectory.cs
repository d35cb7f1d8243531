using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using Platform.Shared.Security;

namespace Platform.Scheduling.Episodes;

/// <summary>Asks Enrollment for what Scheduling does not know, with this service's own identity.</summary>
internal sealed class EnrollmentDirectory(
    SiteService.SiteServiceClient sites, EpisodeService.EpisodeServiceClient episodes, ServiceIdentity identity)
{
    /// <summary>A site with its programs.</summary>
    /// <exception cref="DomainException">NOT_FOUND; UNAVAILABLE.</exception>
    public async Task<Site> GetSiteAsync(Guid networkId, Guid siteId, CancellationToken cancellationToken)
    {
        try
        {
            var response = await sites.GetSiteAsync(
                new GetSiteRequest { SiteId = siteId.ToString() },
                identity.HeadersFor(networkId),
                cancellationToken: cancellationToken);
            return response.Site;
        }
        catch (RpcException e) when (Translate(e, "site") is { } error)
        {
            throw error.ToException();
        }
    }

    /// <summary>An episode.</summary>
    /// <exception cref="DomainException">NOT_FOUND; UNAVAILABLE.</exception>
    public async Task<Platform.Enrollment.V1.Episode> GetEpisodeAsync(
        Guid networkId, Guid episodeId, CancellationToken cancellationToken)
    {
        try
        {
            var response = await episodes.GetEpisodeAsync(
                new GetEpisodeRequest { EpisodeId = episodeId.ToString() },
                identity.HeadersFor(networkId),
                cancellationToken: cancellationToken);
            return response.Episode;
        }
        catch (RpcException e) when (Translate(e, "episode") is { } error)
        {
            throw error.ToException();
        }
    }

    private static DomainError? Translate(RpcException e, string what) => e.StatusCode switch
    {
        StatusCode.NotFound => DomainError.NotFound(what),
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => DomainError.Unavailable("enrollment service"),
        _ => null,
    };
}
