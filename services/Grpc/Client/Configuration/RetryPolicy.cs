using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>How a failed call is tried again (gRFC A6). A call is retried only until its response headers arrive.</summary>
public sealed class RetryPolicy
{
    /// <summary>Attempts in all, the first one included; at least 2. The channel's
    /// <see cref="GrpcChannelOptions.MaxRetryAttempts"/> caps it.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>The first wait is a random time from zero up to this.</summary>
    public TimeSpan? InitialBackoff { get; set; }

    /// <summary>No wait is longer than this, except when the server asked for it.</summary>
    public TimeSpan? MaxBackoff { get; set; }

    /// <summary>What the upper end of the wait is multiplied by after each attempt; above zero.</summary>
    public double? BackoffMultiplier { get; set; }

    /// <summary>The outcomes that are tried again; at least one.</summary>
    public IList<StatusCode> RetryableStatusCodes { get; } = [];
}
