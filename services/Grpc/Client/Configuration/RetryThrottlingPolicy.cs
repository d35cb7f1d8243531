namespace Grpc.Net.Client.Configuration;

/// <summary>A bucket of tokens shared by the channel's calls: a failure takes one, a success adds <see cref="TokenRatio"/>,
/// and nothing is retried while half of them or fewer are left (gRFC A6).</summary>
public sealed class RetryThrottlingPolicy
{
    /// <summary>Tokens at the start and at most; above 0 and at most 1000.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>Tokens that a successful call gives back; above zero, exact to three decimals.</summary>
    public double? TokenRatio { get; set; }
}
