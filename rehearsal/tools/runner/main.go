// Command runner does the jobs of a Gitea's workflows on this machine, one after the other, until it is told to end. It
// stands in for act_runner: what understands workflows and speaks with Gitea are act_runner's own libraries, which are
// published as modules; act_runner itself is not.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	runnerv1 "code.gitea.io/actions-proto-go/runner/v1"
	"code.gitea.io/actions-proto-go/runner/v1/runnerv1connect"
	"connectrpc.com/connect"
	"github.com/nektos/act/pkg/model"
	"github.com/nektos/act/pkg/runner"
	log "github.com/sirupsen/logrus"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	version   = "stand-in"
	pause     = 300 * time.Millisecond
	arguments = 5
)

// forge is a Gitea that knows this runner.
type forge struct {
	runnerv1connect.RunnerServiceClient
	address string
	folder  string
	shown   map[string]string
}

func main() {
	if len(os.Args) != arguments {
		fmt.Fprintln(os.Stderr, "expected: runner ADDRESS LABEL FOLDER FILE-WITH-REGISTRATION-TOKEN")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve registers, and does what there is to do.
func serve(address, label, folder, file string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	token, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	gitea := &forge{address: strings.TrimSuffix(address, "/"), folder: folder, shown: map[string]string{}}
	gitea.RunnerServiceClient = runnerv1connect.NewRunnerServiceClient(
		http.DefaultClient, gitea.address+"/api/actions", connect.WithInterceptors(gitea),
	)
	registered, err := gitea.Register(ctx, connect.NewRequest(&runnerv1.RegisterRequest{
		Name: label, Token: strings.TrimSpace(string(token)), Version: version, Labels: []string{label},
	}))
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	gitea.shown["x-runner-uuid"] = registered.Msg.Runner.Uuid
	gitea.shown["x-runner-token"] = registered.Msg.Runner.Token
	declared := &runnerv1.DeclareRequest{Version: version, Labels: []string{label}}
	if _, err := gitea.Declare(ctx, connect.NewRequest(declared)); err != nil {
		return fmt.Errorf("declare: %w", err)
	}
	fmt.Println("registered")
	for {
		// The number of the newest task is not told: then every question is answered by looking.
		answer, err := gitea.FetchTask(ctx, connect.NewRequest(&runnerv1.FetchTaskRequest{}))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil && answer.Msg.Task != nil {
			err = gitea.do(ctx, answer.Msg.Task)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// do does one task and tells what came of it.
func (gitea *forge) do(ctx context.Context, task *runnerv1.Task) error {
	begun := timestamppb.Now()
	report := &report{}
	failure := gitea.run(ctx, task, report)
	if failure != nil {
		report.say(failure.Error())
	}
	result := runnerv1.Result_RESULT_SUCCESS
	if failure != nil || report.failed {
		result = runnerv1.Result_RESULT_FAILURE
	}
	fmt.Printf("task %d: %s\n", task.Id, result)
	// What was done is told even when this runner has to end.
	ctx = context.WithoutCancel(ctx)
	logs := &runnerv1.UpdateLogRequest{TaskId: task.Id, Rows: report.rows, NoMore: true}
	if _, err := gitea.UpdateLog(ctx, connect.NewRequest(logs)); err != nil {
		return fmt.Errorf("tell the log of task %d: %w", task.Id, err)
	}
	state := &runnerv1.TaskState{
		Id: task.Id, Result: result, StartedAt: begun, StoppedAt: timestamppb.Now(), Steps: report.steps,
	}
	if _, err := gitea.UpdateTask(ctx, connect.NewRequest(&runnerv1.UpdateTaskRequest{State: state})); err != nil {
		return fmt.Errorf("tell the end of task %d: %w", task.Id, err)
	}
	return nil
}

// run does the steps of the one job that a task has.
func (gitea *forge) run(ctx context.Context, task *runnerv1.Task, report *report) error {
	workflow, err := model.ReadWorkflow(bytes.NewReader(task.WorkflowPayload))
	if err != nil {
		return err
	}
	jobs := workflow.GetJobIDs()
	if len(jobs) != 1 {
		return fmt.Errorf("expected one job, found %d", len(jobs))
	}
	plan, err := model.CombineWorkflowPlanner(workflow).PlanJob(jobs[0])
	if err != nil {
		return err
	}
	for number := range workflow.GetJob(jobs[0]).Steps {
		report.steps = append(report.steps, &runnerv1.StepState{
			Id: int64(number), Result: runnerv1.Result_RESULT_SKIPPED,
		})
	}
	told := task.Context.Fields
	event, err := told["event"].GetStructValue().MarshalJSON()
	if err != nil {
		return err
	}
	level := log.InfoLevel
	doer, err := runner.New(&runner.Config{
		// The steps get a folder of their own for each task; nothing is kept from one to the next.
		Workdir:             filepath.Join(gitea.folder, "nothing"),
		ActionCacheDir:      filepath.Join(gitea.folder, "work"),
		LogOutput:           true,
		Secrets:             task.Secrets,
		Vars:                task.Vars,
		GitHubInstance:      gitea.address,
		EventJSON:           string(event),
		JobLoggerLevel:      &level,
		PlatformPicker:      func([]string) string { return "-self-hosted" },
		PresetGitHubContext: preset(told),
	})
	if err != nil {
		return err
	}
	return doer.NewPlanExecutor(plan)(runner.WithJobLoggerFactory(ctx, report))
}

// preset returns what Gitea says of a run.
func preset(told map[string]*structpb.Value) *model.GithubContext {
	text := func(name string) string { return told[name].GetStringValue() }
	return &model.GithubContext{
		Event: told["event"].GetStructValue().AsMap(), RunID: text("run_id"), RunNumber: text("run_number"),
		RunAttempt: text("run_attempt"), Actor: text("actor"), Repository: text("repository"),
		EventName: text("event_name"), Sha: text("sha"), Ref: text("ref"), RefName: text("ref_name"),
		RefType: text("ref_type"), HeadRef: text("head_ref"), BaseRef: text("base_ref"), Token: text("token"),
		RepositoryOwner: text("repository_owner"), RetentionDays: text("retention_days"),
	}
}

// report is what a page of the run shows.
type report struct {
	rows   []*runnerv1.LogRow
	steps  []*runnerv1.StepState
	failed bool
}

// WithJobLogger returns a logger whose entries come to Format, after act has put stars in the place of secrets.
func (report *report) WithJobLogger() *log.Logger {
	logger := log.New()
	logger.SetOutput(io.Discard)
	logger.SetFormatter(report)
	return logger
}

// Format takes an entry down.
func (report *report) Format(entry *log.Entry) ([]byte, error) {
	step := report.step(entry)
	first := int64(len(report.rows))
	report.say(entry.Message)
	if result, ok := entry.Data["jobResult"]; ok {
		report.failed = fmt.Sprint(result) != "success"
	}
	if step == nil {
		return nil, nil
	}
	if step.StartedAt == nil {
		step.StartedAt, step.LogIndex = timestamppb.New(entry.Time), first
	}
	step.LogLength = int64(len(report.rows)) - step.LogIndex
	step.StoppedAt = timestamppb.New(entry.Time)
	switch fmt.Sprint(entry.Data["stepResult"]) {
	case "success":
		step.Result = runnerv1.Result_RESULT_SUCCESS
	case "failure":
		step.Result = runnerv1.Result_RESULT_FAILURE
	}
	return nil, nil
}

// step returns the step that an entry is about.
func (report *report) step(entry *log.Entry) *runnerv1.StepState {
	number, ok := entry.Data["stepNumber"].(int)
	if !ok || number >= len(report.steps) || fmt.Sprint(entry.Data["stage"]) != "Main" {
		return nil
	}
	return report.steps[number]
}

func (report *report) say(text string) {
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		report.rows = append(report.rows, &runnerv1.LogRow{Time: timestamppb.Now(), Content: line})
	}
}

// WrapUnary shows who asks.
func (gitea *forge) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
		for name, value := range gitea.shown {
			request.Header().Set(name, value)
		}
		return next(ctx, request)
	}
}

// WrapStreamingClient changes nothing: there are no streams.
func (gitea *forge) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

// WrapStreamingHandler changes nothing: nobody asks us.
func (gitea *forge) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}
