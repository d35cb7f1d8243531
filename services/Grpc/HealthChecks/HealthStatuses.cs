using System.Collections.Frozen;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>The health of each mapped service, by the last report and by new checks.</summary>
internal sealed class HealthStatuses(
    IOptions<GrpcHealthChecksOptions> options, IOptions<HealthCheckOptions> checkOptions, HealthCheckService checks) : IHealthCheckPublisher
{
    private volatile Snapshot _latest = new(FrozenDictionary<string, ServingStatus>.Empty);

    /// <summary>The last report; UNKNOWN for a mapped service until there is one.</summary>
    public Snapshot Latest => _latest;

    public bool IsMapped(string service) => options.Value.Services.TryGet(service, out _);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        var statuses = options.Value.Services.ToFrozenDictionary(
            mapping => mapping.Name,
            mapping => Combine(report.Entries
                .Where(entry => mapping.HealthCheckPredicate(new HealthCheckMapContext(entry.Key, entry.Value.Tags)))
                .Select(entry => entry.Value.Status)),
            StringComparer.Ordinal);
        var previous = _latest;
        _latest = new Snapshot(statuses);
        previous.End();
        return Task.CompletedTask;
    }

    /// <summary>Runs the checks of a mapped service.</summary>
    public async Task<ServingStatus> CheckAsync(string service, CancellationToken cancellationToken)
    {
        options.Value.Services.TryGet(service, out var mapping);
        var report = await checks.CheckHealthAsync(
            registration => (checkOptions.Value.Predicate?.Invoke(registration) ?? true) &&
                mapping!.HealthCheckPredicate(new HealthCheckMapContext(registration.Name, registration.Tags)),
            cancellationToken);
        return Combine(report.Entries.Values.Select(entry => entry.Status));
    }

    private static ServingStatus Combine(IEnumerable<HealthStatus> results)
    {
        var combined = ServingStatus.Unknown;
        foreach (var result in results)
        {
            if (result == HealthStatus.Unhealthy)
            {
                return ServingStatus.NotServing;
            }

            combined = ServingStatus.Serving;
        }

        return combined;
    }

    /// <summary>What one report said, until the next.</summary>
    internal sealed class Snapshot(FrozenDictionary<string, ServingStatus> statuses)
    {
        private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when there is a later report.</summary>
        public Task Replaced => _replaced.Task;

        public ServingStatus Of(string service) => statuses.GetValueOrDefault(service, ServingStatus.Unknown);

        public void End() => _replaced.SetResult();
    }
}
