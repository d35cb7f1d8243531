using Grpc.Core;
using Platform.Shared.Errors;
using Platform.Shared.Security;
using Proto = Platform.Scheduling.V1;

namespace Platform.Billing.Peers;

/// <summary>Asks Scheduling, with this service's own identity in a network.</summary>
internal sealed class SchedulingPeer(Proto.ClinicianService.ClinicianServiceClient clinicians, ServiceIdentity identity)
{
    /// <summary>A clinician; null when Scheduling knows none by that id.</summary>
    /// <exception cref="DomainException">UNAVAILABLE.</exception>
    public async Task<Proto.Clinician?> GetClinicianAsync(Guid networkId, Guid clinicianId, CancellationToken cancellationToken)
    {
        var response = await PeerCall.AskAsync("Scheduling service", clinicians.GetClinicianAsync(
            new Proto.GetClinicianRequest { ClinicianId = clinicianId.ToString() },
            new CallOptions(identity.HeadersFor(networkId), cancellationToken: cancellationToken)));
        return response?.Clinician;
    }
}
