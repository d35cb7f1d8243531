using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>What a channel knows about one method.</summary>
/// <param name="Uri">Where its calls go.</param>
/// <param name="Retry">How they are tried again; null for not at all.</param>
internal sealed record MethodSettings(Uri Uri, RetryRule? Retry);

/// <summary>Finds the retry rule of a method in a service configuration.</summary>
internal sealed class RetryRules
{
    private readonly Dictionary<(string Service, string Method), RetryRule?> _rules = [];

    /// <summary>Rules of a configuration.</summary>
    /// <exception cref="InvalidOperationException">A policy is out of range, or a name occurs twice or lacks its service.</exception>
    public RetryRules(ServiceConfig config, int? channelMaxAttempts)
    {
        foreach (var method in config.MethodConfigs)
        {
            var rule = method.RetryPolicy is { } policy ? new RetryRule(policy, channelMaxAttempts) : null;
            foreach (var name in method.Names)
            {
                if (string.IsNullOrEmpty(name.Service) && !string.IsNullOrEmpty(name.Method))
                {
                    throw new InvalidOperationException($"Method '{name.Method}' is named without its service.");
                }

                if (!_rules.TryAdd((name.Service ?? "", name.Method ?? ""), rule))
                {
                    throw new InvalidOperationException($"Duplicate method config found. Service: '{name.Service}', method: '{name.Method}'.");
                }
            }
        }
    }

    /// <summary>The most specific rule: of the method, of its service, of everything.</summary>
    public RetryRule? Find(string service, string method) =>
        _rules.TryGetValue((service, method), out var rule)
        || _rules.TryGetValue((service, ""), out rule)
        || _rules.TryGetValue(("", ""), out rule)
            ? rule
            : null;
}
