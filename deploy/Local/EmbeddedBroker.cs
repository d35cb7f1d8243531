using MassTransit;
using MassTransit.Configuration;
using MassTransit.InMemoryTransport;
using MassTransit.InMemoryTransport.Configuration;
using MassTransit.Middleware;
using MassTransit.Transports;
using MassTransit.Transports.Fabric;
using MassTransit.Util;
using Platform.Shared.Messaging;

namespace Platform.Local;

/// <summary>
/// The broker of a process that runs several services: exchanges and queues in memory, shared by all hosts that register its
/// <see cref="Transport"/>. MassTransit gives each bus a message fabric of its own and no setting to share one, so the parts of its
/// in-memory transport are put together here around one fabric. A queue outlives its host: a service that is started again gets
/// what was published meanwhile.
/// </summary>
internal sealed class EmbeddedBroker
{
    private readonly MessageFabric<InMemoryTransportContext, InMemoryTransportMessage> _fabric = new();

    /// <summary>Keeps events in their outboxes until they are handled; to be registered in each host, too.</summary>
    public EmbeddedDelivery Delivery { get; } = new();

    /// <summary>To be registered in each host before its messaging is added.</summary>
    public EmbeddedTransport Transport => (bus, configure) => bus.SetBusFactory(new BusFactory(_fabric, configure));

    private sealed class BusFactory(BusConfiguration bus, Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator> configure)
        : TransportRegistrationBusFactory<IInMemoryReceiveEndpointConfigurator>(bus.HostConfiguration)
    {
        public BusFactory(
            MessageFabric<InMemoryTransportContext, InMemoryTransportMessage> fabric,
            Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator> configure)
            : this(new BusConfiguration(fabric, new InMemoryTopologyConfiguration(InMemoryBus.CreateMessageTopology())), configure)
        {
        }

        public override IBusInstance CreateBus(
            IBusRegistrationContext context, IEnumerable<IBusInstanceSpecification> specifications, string busName) =>
            CreateBus(new InMemoryBusFactoryConfigurator(bus), context, configure, specifications);

        protected override IBusInstance CreateBusInstance(
            IBusControl busControl,
            IHost<IInMemoryReceiveEndpointConfigurator> host,
            IHostConfiguration hostConfiguration,
            IBusRegistrationContext context) =>
            new TransportBusInstance<IInMemoryReceiveEndpointConfigurator>(busControl, host, hostConfiguration, context);
    }

    private sealed class BusConfiguration : InMemoryBusConfiguration, IInMemoryBusConfiguration
    {
        private readonly HostConfiguration _host;

        public BusConfiguration(
            MessageFabric<InMemoryTransportContext, InMemoryTransportMessage> fabric, IInMemoryTopologyConfiguration topology)
            : base(topology, null) => _host = new HostConfiguration(fabric, this, topology);

        IInMemoryHostConfiguration IInMemoryBusConfiguration.HostConfiguration => _host;

        IHostConfiguration IBusConfiguration.HostConfiguration => _host;

        public new IInMemoryHostConfiguration HostConfiguration => _host;
    }

    private sealed class HostConfiguration : InMemoryHostConfiguration, IInMemoryHostConfiguration
    {
        private readonly Recycle<IInMemoryTransportProvider> _provider;

        public HostConfiguration(
            MessageFabric<InMemoryTransportContext, InMemoryTransportMessage> fabric,
            IInMemoryBusConfiguration bus,
            IInMemoryTopologyConfiguration topology)
            : base(bus, null, topology) =>
            _provider = new Recycle<IInMemoryTransportProvider>(() => new TransportProvider(fabric, this, topology));

        IInMemoryTransportProvider IInMemoryHostConfiguration.TransportProvider => _provider.Supervisor;
    }

    /// <summary>Stops with its host; the fabric does not.</summary>
    private sealed class TransportProvider : Agent, IInMemoryTransportProvider
    {
        private readonly MessageFabric<InMemoryTransportContext, InMemoryTransportMessage> _fabric;
        private readonly IInMemoryHostConfiguration _host;
        private readonly IInMemoryTopologyConfiguration _topology;

        public TransportProvider(
            MessageFabric<InMemoryTransportContext, InMemoryTransportMessage> fabric,
            IInMemoryHostConfiguration host,
            IInMemoryTopologyConfiguration topology)
        {
            _fabric = fabric;
            _host = host;
            _topology = topology;
            SetReady();
        }

        public IMessageFabric<InMemoryTransportContext, InMemoryTransportMessage> MessageFabric => _fabric;

        public Task<ISendTransport> CreateSendTransport(ReceiveEndpointContext receiveEndpointContext, Uri address)
        {
            LogContext.SetCurrentIfNull(_host.LogContext);
            var endpoint = new InMemoryEndpointAddress(_host.HostAddress, address);
            var exchange = _fabric.GetExchange(this, endpoint.Name, endpoint.ExchangeType);
            return Task.FromResult<ISendTransport>(
                new SendTransport<PipeContext>(new InMemorySendTransportContext(_host, receiveEndpointContext, exchange)));
        }

        public Task<ISendTransport> CreatePublishTransport<T>(ReceiveEndpointContext receiveEndpointContext, Uri publishAddress)
            where T : class
        {
            _topology.Publish.GetMessageTopology<T>().Apply(
                new MessageFabricPublishTopologyBuilder<InMemoryTransportContext, InMemoryTransportMessage>(this, _fabric));
            return CreateSendTransport(receiveEndpointContext, publishAddress);
        }

        public Uri NormalizeAddress(Uri address) => new InMemoryEndpointAddress(_host.HostAddress, address);

        public void Probe(ProbeContext context) => _fabric.Probe(context);
    }
}
