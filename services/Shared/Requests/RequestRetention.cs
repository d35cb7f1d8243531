using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Shared.Errors;
using Platform.Shared.Hosting;
using Platform.Shared.Persistence;

namespace Platform.Shared.Requests;

/// <summary>Forgets answered requests once nobody can reasonably repeat them any more.</summary>
internal sealed class RequestRetention<TDb>(
    Database<TDb> database, IOptions<PlatformOptions> platform, TimeProvider time, ILogger<RequestRetention<TDb>> logger)
    : BackgroundService
    where TDb : ServiceDbContext
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await ForgetAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("Old requests were not forgotten; tried again in an hour. {Failure}", SafeException.Describe(e));
            }
        }
    }

    internal Task<int> ForgetAsync(CancellationToken cancellationToken) => database.WriteAsync(
        ServiceDbContext.AllNetworks,
        actor: null,
        (db, token) =>
        {
            var until = db.Now - TimeSpan.FromDays(platform.Value.RequestRetentionDays);
            return db.HandledRequests.Where(request => request.HandledAt < until).ExecuteDeleteAsync(token);
        },
        cancellationToken);
}
