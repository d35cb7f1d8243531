using Platform.Shared.Messaging;

namespace Platform.Architecture.Fixtures;

internal sealed record PersonMoved(Guid EpisodeId, string HomeAddress, IReadOnlyList<Contact> Contact) : IDomainEvent;

internal sealed record Contact(Guid Id, string LastName, IReadOnlyList<string> DiagnosisCodes, int Minutes);
