using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Enrollment.V1;
using Platform.Scheduling.V1;
using Platform.Shared.Errors;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Billing.Tests.Support;

/// <summary>
/// Enrollment and Scheduling as Billing sees them: a real gRPC server in the test's process with the sites, episodes, persons and
/// clinicians that tests give it.
/// </summary>
public sealed class Peers : IAsyncDisposable
{
    private readonly WebApplication app;

    private Peers(WebApplication app, Directory directory, int port)
    {
        this.app = app;
        Known = directory;
        Address = $"http://127.0.0.1:{port}";
    }

    /// <summary>Where both services answer.</summary>
    public string Address { get; }

    /// <summary>What they know.</summary>
    public Directory Known { get; }

    /// <summary>Starts both on a free port, or on the one given.</summary>
    public static async Task<Peers> StartAsync(int? port = null, Directory? directory = null)
    {
        var listens = port ?? FreePort.Next();
        var known = directory ?? new Directory();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(listens, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(known);
        var app = builder.Build();
        app.MapGrpcService<Sites>();
        app.MapGrpcService<Episodes>();
        app.MapGrpcService<Persons>();
        app.MapGrpcService<Disclosures>();
        app.MapGrpcService<Clinicians>();
        await app.StartAsync();
        return new Peers(app, known, listens);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>What the peers know. A person without consent is listed in <see cref="WithoutConsent"/>.</summary>
    public sealed class Directory
    {
        public ConcurrentDictionary<string, Site> Sites { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Episode> Episodes { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Person> Persons { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, bool> WithoutConsent { get; } = new(StringComparer.Ordinal);

        /// <summary>The site, by person, whose callers see the person; whoever is not listed is seen by all.</summary>
        public ConcurrentDictionary<string, string> SeenBy { get; } = new(StringComparer.Ordinal);

        /// <summary>Of whom nobody can say whether something allows it, since the rules cannot be used.</summary>
        public ConcurrentDictionary<string, bool> Undecided { get; } = new(StringComparer.Ordinal);

        /// <summary>What happens, by person, while Billing waits for the answer to a disclosure.</summary>
        public ConcurrentDictionary<string, Func<Task>> Meanwhile { get; } = new(StringComparer.Ordinal);

        /// <summary>What was disclosed, in order.</summary>
        public ConcurrentQueue<RecordJointDisclosureRequest> Disclosed { get; } = new();

        public ConcurrentDictionary<string, Clinician> Clinicians { get; } = new(StringComparer.Ordinal);
    }

    private static T Require<T>(ServerCallContext context, ConcurrentDictionary<string, T> known, string id)
    {
        if (context.RequestHeaders.GetValue("authorization") is not { Length: > 20 })
            throw new RpcException(new Status(StatusCode.Unauthenticated, "no token"));
        return known.TryGetValue(id, out var value) ? value : throw new RpcException(new Status(StatusCode.NotFound, "not known"));
    }

    private sealed class Sites(Directory known) : SiteService.SiteServiceBase
    {
        public override Task<GetSiteResponse> GetSite(GetSiteRequest request, ServerCallContext context) =>
            Task.FromResult(new GetSiteResponse { Site = Require(context, known.Sites, request.SiteId) });
    }

    private sealed class Episodes(Directory known) : EpisodeService.EpisodeServiceBase
    {
        public override Task<GetEpisodeResponse> GetEpisode(GetEpisodeRequest request, ServerCallContext context) =>
            Task.FromResult(new GetEpisodeResponse { Episode = Require(context, known.Episodes, request.EpisodeId) });
    }

    private sealed class Persons(Directory known) : PersonService.PersonServiceBase
    {
        public override Task<GetPersonResponse> GetPerson(GetPersonRequest request, ServerCallContext context)
        {
            if (request.Purpose == Purpose.Payment && known.WithoutConsent.ContainsKey(request.PersonId))
                throw DomainError.Precondition("CONSENT_MISSING", "Nothing allows it.").ToRpcException();
            if (request.Purpose == Purpose.Payment && known.Undecided.ContainsKey(request.PersonId))
                throw DomainError.Precondition("RULE_PACK_UNUSABLE", "Rule pack x@1 cannot be used.").ToRpcException();
            var person = Require(context, known.Persons, request.PersonId);
            return !known.SeenBy.TryGetValue(person.Id, out var site) || SitesOf(context).Any(seen => seen == "*" || seen == site)
                ? Task.FromResult(new GetPersonResponse { Person = person })
                : throw new RpcException(new Status(StatusCode.NotFound, "not seen"));
        }

        private static IEnumerable<string> SitesOf(ServerCallContext context) =>
            new JsonWebToken(context.RequestHeaders.GetValue("authorization")!["Bearer ".Length..]).Claims
                .Where(claim => claim.Type == CallerClaims.Sites)
                .Select(claim => claim.Value);
    }

    private sealed class Disclosures(Directory known) : DisclosureService.DisclosureServiceBase
    {
        public override async Task<RecordJointDisclosureResponse> RecordJointDisclosure(
            RecordJointDisclosureRequest request, ServerCallContext context)
        {
            var response = new RecordJointDisclosureResponse();
            foreach (var subject in request.Subjects)
            {
                Require(context, known.Persons, subject.PersonId);
                if (known.WithoutConsent.ContainsKey(subject.PersonId))
                    response.Refused.Add(new RefusedSubject { PersonId = subject.PersonId, Reason = DisclosureReason.ConsentRevoked });
                if (known.Meanwhile.TryRemove(subject.PersonId, out var meanwhile))
                    await meanwhile();
            }

            if (response.Refused.Count == 0)
            {
                known.Disclosed.Enqueue(request);
                response.Notice = new DisclosureNotice { LongForm = "long", ShortForm = "short notice" };
            }

            return response;
        }
    }

    private sealed class Clinicians(Directory known) : ClinicianService.ClinicianServiceBase
    {
        public override Task<GetClinicianResponse> GetClinician(GetClinicianRequest request, ServerCallContext context) =>
            Task.FromResult(new GetClinicianResponse { Clinician = Require(context, known.Clinicians, request.ClinicianId) });
    }
}
