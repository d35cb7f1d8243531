using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;
using Platform.Shared.Security;

namespace Platform.Enrollment.Consents;

/// <summary>What tests do with consents and disclosures.</summary>
internal static class ConsentWorld
{
    public static readonly string Payer = Guid.NewGuid().ToString();

    public static DisclosureService.DisclosureServiceClient Disclosures(this World world) => new(world.Host.Channel);

    /// <summary>Another service's identity in the network.</summary>
    public static Metadata Service(this World world) =>
        ActivatorUtilities.CreateInstance<ServiceIdentity>(world.Host.Services).HeadersFor(world.Network);

    public static async Task<RecordConsentResponse> RecordAsync(this World world, string personId, Action<RecordConsentRequest>? change = null)
    {
        var request = new RecordConsentRequest
        {
            RequestId = World.NewId(),
            PersonId = personId,
            Purposes = { V1.Purpose.Payment },
            Recipient = "my treating providers, health plans and payers",
            Description = "what the claims need",
            SignedOn = World.Today(-1),
        };
        change?.Invoke(request);
        return await world.Consents.RecordConsentAsync(request, world.Operator);
    }

    /// <summary>A claim to the payer.</summary>
    public static V1.DisclosureQuestion ToPayer(string siteId = "") => new()
    {
        SiteId = siteId,
        Recipient = new V1.DisclosureRecipient { Name = "Northwind Health", RecipientClass = V1.RecipientClass.Payer, PartyId = Payer },
        Categories = { V1.RecordCategory.Demographics, V1.RecordCategory.Diagnosis, V1.RecordCategory.Claims },
        Purpose = V1.Purpose.Payment,
    };

    public static async Task<RecordDisclosureResponse> DiscloseAsync(
        this World world, string personId, V1.DisclosureQuestion? question = null, string? requestId = null) =>
        await world.Disclosures().RecordDisclosureAsync(
            new RecordDisclosureRequest
            {
                RequestId = requestId ?? World.NewId(),
                PersonId = personId,
                Question = question ?? ToPayer(),
                Description = "a claim for March",
            },
            world.Operator);

    public static async Task<V1.DisclosureDecision> AskAsync(this World world, string personId, V1.DisclosureQuestion? question = null) =>
        (await world.Disclosures().MayDiscloseAsync(
            new MayDiscloseRequest { PersonId = personId, Question = question ?? ToPayer() }, world.Operator)).Decision;

    public static async Task<IReadOnlyList<V1.Disclosure>> AccountingAsync(this World world, string personId) =>
        (await world.Disclosures().ListDisclosuresAsync(new ListDisclosuresRequest { PersonId = personId }, world.Operator)).Disclosures;

    /// <summary>How often something was audited of a person.</summary>
    public static Task<int> AuditedAsync(this World world, string action, string personId) => world.ReadAsync((db, ct) =>
    {
        var id = Guid.Parse(personId);
        return db.Database.SqlQuery<int>(
            $"""SELECT CAST(count(*) AS integer) AS "Value" FROM audit_entry WHERE action = {action} AND person_id = {id}""").SingleAsync(ct);
    });
}
