"""The program's side: answers Pulumi's ResourceMonitor and Engine calls, in the program's own process."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, provider_pb2, resource_pb2

from engine import urn as urns
from engine.backend import StateError
from engine.goal import Goal, UnsupportedError, from_request
from engine.plugin import PluginError
from engine.provider import Provider, ProviderError
from engine.registry import UNKNOWN_ID, default_name
from engine.run import BailError, CanceledError, Run
from engine.state import Resource
from engine.steps import StepFailedError
from engine.tracker import Tracker
from engine.values import Properties, Secret, UnsupportedValueError, from_struct, to_struct

if TYPE_CHECKING:
    from engine.deployment import Deployment

_FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_PARENT,
)
_OLD_FEATURES: Final = {"secrets", "resourceReferences", "outputValues", "aliasSpecs", "deletedWith"}
_SEVERITIES: Final = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}


_T = TypeVar("_T")


class RpcError(grpc.RpcError):
    """An answer that the SDK treats as a failed call."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        """Keep code and message."""
        super().__init__(details)
        self._code, self._details = code, details

    def code(self) -> grpc.StatusCode:
        """Return the status code."""
        return self._code

    def details(self) -> str:
        """Return the message."""
        return self._details


def _shut_down() -> RpcError:
    return RpcError(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down")


class Monitor:
    """The ResourceMonitor; its methods are called from many threads and may block, except where noted."""

    def __init__(self, deployment: "Deployment", config: Mapping[str, str], secret_keys: Sequence[str]) -> None:
        """Serve *deployment*."""
        self._deployment: Final = deployment
        self._run: Final[Run] = deployment.run
        self._config: Final = config
        self._secret_keys: Final = secret_keys
        self._defaults: Final[dict[str, str]] = {}
        self._defaults_lock: Final = threading.Lock()
        self._goals: Final[dict[str, Goal]] = {}
        self._component_providers: Final[dict[str, Mapping[str, str]]] = {}
        self._tracker: Final = Tracker()
        self.finished = False
        """Whether the program ended as it should; nothing is deleted otherwise."""

    # Never block: these come on the event loop's own thread --------------------------------------------------------

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest
    ) -> resource_pb2.SupportsFeatureResponse:  # the protocol's name
        """Tell whether an older SDK may use a feature."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _OLD_FEATURES)

    def RegisterPackage(
        self, request: resource_pb2.RegisterPackageRequest
    ) -> resource_pb2.RegisterPackageResponse:  # the protocol's name
        """Refuse: parameterized packages need the official engine."""
        raise RpcError(
            grpc.StatusCode.UNIMPLEMENTED, f"parameterized package {request.name}: run it with --engine pulumi"
        )

    # Blocking calls --------------------------------------------------------------------------------------------------

    def GetDeploymentInfo(self, request: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:  # the protocol's name
        """Describe the run."""
        del request
        return resource_pb2.DeploymentInfo(
            project=self._deployment.project,
            stack=self._deployment.stack,
            organization="organization",
            config=self._config,
            configSecretKeys=self._secret_keys,
            dryRun=self._run.options.preview,
            parallel=self._run.options.parallel,
            supportedFeatures=_FEATURES,
        )

    def RegisterResource(  # the protocol's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Bring one resource to what the program declares, and answer with what it is then."""
        return _guarded(self._run, lambda: self._register(request))

    def _register(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        self._inherit(request)
        goal = from_request(request)
        with self._tracker.in_flight(goal.parent):
            self._choose_provider(request, goal)
            resource, unknown = self._deployment.register(goal)
            self._goals[resource.urn] = goal
            if not goal.custom:
                self._component_providers[resource.urn] = dict(request.providers)
            self._tracker.track(resource.urn, goal.parent, custom=goal.custom, absent=not _known(resource.id))
        outputs: Properties = resource.outputs if goal.custom else {}
        return resource_pb2.RegisterResourceResponse(
            urn=resource.urn,
            id=resource.id,
            object=to_struct(outputs, unknowns=True, secrets=request.acceptSecrets, resources=request.acceptResources),
            result=resource_pb2.SUCCESS,
            unknown=unknown,
        )

    def _inherit(self, request: resource_pb2.RegisterResourceRequest) -> None:
        """Take over from the parent what the SDK does not: forget it, and databases are deleted."""
        parent = self._goals.get(request.parent)
        if parent is not None:
            request.deletedWith = request.deletedWith or parent.deleted_with
            if not request.HasField("protect") and parent.protect is not None:
                request.protect = parent.protect
            if not request.HasField("retainOnDelete") and parent.retain_on_delete is not None:
                request.retainOnDelete = parent.retain_on_delete
            if not request.provider and parent.provider:
                served = urns.package(urns.split(urns.provider_urn(parent.provider)).type)
                if not request.custom or served == urns.package(request.type):
                    request.provider = parent.provider
        above = self._component_providers.get(request.parent)
        if not request.custom and above:
            for name, reference in above.items():
                if name not in request.providers:
                    request.providers[name] = reference

    def _choose_provider(self, request: resource_pb2.RegisterResourceRequest, goal: Goal) -> None:
        if not goal.custom:
            # A component has no provider; what was inherited is for its children.
            goal.provider = ""
            return
        if urns.is_provider(goal.type):
            goal.provider = ""
            goal.properties |= _plugin_source(request.version, request.pluginDownloadURL)
            return
        package = urns.package(goal.type)
        reference = request.provider or request.providers.get(package, "")
        if not reference:
            reference = self._component_providers.get(request.parent, {}).get(package, "")
        goal.provider = _normal(reference) or self._default(package, request.version, request.pluginDownloadURL)

    def _default(self, package: str, version: str, url: str) -> str:
        """Return the reference of the default provider of *package*, registered at its first use."""
        key = f"{package}@{version}@{url}"
        with self._defaults_lock:
            if key not in self._defaults:
                if package != "pulumi" and self._denied(package):
                    raise BailError(
                        f"Default provider for '{package}' disabled. Give the resource an explicit provider."
                    )
                properties = self._package_config(package) | _plugin_source(version, url)
                kind = f"{urns.PROVIDER_PREFIX}{package}"
                goal = Goal(type=kind, name=default_name(version, url), custom=True, properties=properties)
                resource, _ = self._deployment.register(goal)
                self._defaults[key] = f"{resource.urn}::{resource.id}"
            return self._defaults[key]

    def _denied(self, package: str) -> bool:
        text = self._config.get("pulumi:disable-default-providers", "")
        return f'"{package}"' in text or '"*"' in text

    def _package_config(self, package: str) -> Properties:
        if package == "pulumi":
            return {}
        prefix = f"{package}:"
        return {
            key.removeprefix(prefix): Secret(text) if key in self._secret_keys else text
            for key, text in self._config.items()
            if key.startswith(prefix) and package != self._deployment.project
        }

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:  # the protocol's name
        """Set a component's outputs."""

        def register() -> empty_pb2.Empty:
            self._deployment.outputs(request.urn, from_struct(request.outputs))
            return empty_pb2.Empty()

        return _guarded(self._run, register)

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:  # the protocol's name
        """Read an object that somebody else owns."""

        def read() -> resource_pb2.ReadResourceResponse:
            if request.packageRef:
                raise UnsupportedError(f"{request.type} uses a parameterized package; run it with --engine pulumi")
            provider = _normal(request.provider) or self._default(
                urns.package(request.type), request.version, request.pluginDownloadURL
            )
            new = Resource(
                urn="",
                type=request.type,
                custom=True,
                external=True,
                id=request.id,
                inputs=from_struct(request.properties),
                parent=request.parent,
                dependencies=list(request.dependencies),
                provider=provider,
                additional_secret_outputs=list(request.additionalSecretOutputs),
            )
            resource = self._deployment.read(new, request.name)
            self._tracker.track(resource.urn, request.parent, custom=True, absent=False)
            return resource_pb2.ReadResourceResponse(
                urn=resource.urn,
                properties=to_struct(
                    resource.outputs,
                    unknowns=True,
                    secrets=request.acceptSecrets,
                    resources=request.acceptResources,
                ),
            )

        return _guarded(self._run, read)

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:  # the protocol's name
        """Call a provider's function; unknown while a resource that it depends on is not there yet."""

        def invoke() -> resource_pb2.ResourceInvokeResponse:
            if request.packageRef:
                raise UnsupportedError(f"{request.tok} uses a parameterized package; run it with --engine pulumi")
            package = urns.package(request.tok)
            reference = _normal(request.provider)
            if not reference and request.parent:
                reference = self._component_providers.get(request.parent, {}).get(package, "")
            provider = self._function_provider(
                reference or self._default(package, request.version, request.pluginDownloadURL)
            )
            if request.dependsOn and self._tracker.unresolved(request.dependsOn):
                return resource_pb2.ResourceInvokeResponse(unknown=True)
            result, failures = provider.invoke(
                request.tok, from_struct(request.args), preview=self._run.options.preview
            )
            keep = request.acceptResources or request.tok == "pulumi:pulumi:getResource"
            answer = resource_pb2.ResourceInvokeResponse()
            getattr(answer, "return").CopyFrom(to_struct(result, unknowns=True, secrets=True, resources=keep))
            for key, reason in failures:
                answer.failures.add(property=key, reason=reason)
            return answer

        return _guarded(self._run, invoke)

    def _function_provider(self, reference: str) -> Provider:
        provider = self._run.registry.get(reference)
        if provider is None:
            raise ProviderError(f"unknown provider reference {reference}")
        return provider

    def Call(self, request: resource_pb2.ResourceCallRequest) -> provider_pb2.CallResponse:  # the protocol's name
        """Refuse: methods of resources need the official engine."""
        raise RpcError(grpc.StatusCode.UNIMPLEMENTED, f"method {request.tok}: run it with --engine pulumi")

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty) -> empty_pb2.Empty:  # the protocol's name
        """Note that the program has declared all; what is left is deleted before this returns."""
        del request
        self.finished = True
        _guarded(self._run, self._deployment.finish)
        return empty_pb2.Empty()


def _plugin_source(version: str, url: str) -> Properties:
    """Return what a provider's inputs say of its plugin."""
    properties: Properties = {}
    if version:
        properties = {"version": version, "__internal": {}}
    if url:
        properties["__internal"] = {"pluginDownloadURL": url}
    return properties


def _known(identity: str) -> bool:
    return bool(identity) and identity != UNKNOWN_ID


def _normal(reference: str) -> str:
    """Return a provider reference; the SDK writes an empty or unknown id where none is known yet."""
    return f"{reference}{UNKNOWN_ID}" if reference.endswith("::") else reference


def _guarded(run: Run, work: Callable[[], _T]) -> _T:
    """Do *work*; whatever goes wrong stops the run, is said once, and reaches the SDK as a failed call."""
    if run.canceled():
        raise _shut_down()
    try:
        return work()
    except (StepFailedError, CanceledError) as error:
        raise _shut_down() from error
    except BailError as error:
        if str(error) and not run.failed:
            run.say("error", str(error))
        run.cancel()
        raise _shut_down() from error
    except (ProviderError, PluginError, StateError, UnsupportedError, UnsupportedValueError, ValueError) as error:
        run.say("error", str(error))
        run.cancel()
        raise RpcError(grpc.StatusCode.UNKNOWN, str(error)) from error
    except Exception as error:
        run.say("error", f"{type(error).__name__}: {error}")
        run.cancel()
        raise RpcError(grpc.StatusCode.INTERNAL, f"{type(error).__name__}: {error}") from error


class EngineLog:
    """The Engine: takes log lines. Called on the event loop's own thread, so it never blocks."""

    def __init__(self, run: Run) -> None:
        """Report to *run*."""
        self._run: Final = run
        self._root = ""

    def Log(self, request: engine_pb2.LogRequest, context: object = None) -> empty_pb2.Empty:  # the protocol's name
        """Take one line; debug lines are dropped."""
        del context
        severity = _SEVERITIES.get(request.severity)
        if request.ephemeral:
            self._run.pass_on(request.message, request.urn)
        elif severity is not None:
            self._run.say(severity, request.message, request.urn)
        return empty_pb2.Empty()

    def GetRootResource(  # the protocol's name
        self, request: engine_pb2.GetRootResourceRequest, context: object = None
    ) -> engine_pb2.GetRootResourceResponse:
        """Return the stack's URN."""
        del request, context
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(  # the protocol's name
        self, request: engine_pb2.SetRootResourceRequest, context: object = None
    ) -> engine_pb2.SetRootResourceResponse:
        """Keep the stack's URN."""
        del context
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(
        self, request: object, context: object = None
    ) -> engine_pb2.RequirePulumiVersionResponse:  # the protocol's name
        """Accept: the engine keeps to the version in `backend.VERSION`."""
        del request, context
        return engine_pb2.RequirePulumiVersionResponse()
