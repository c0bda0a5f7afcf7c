import { Alert, Button } from '@mui/material';

interface Props {
  /** What happened, in words. */
  text: string;
  /** The name of the button that takes the current version and drops what was typed. */
  action: string;
  onLoad: () => void;
}

/** Says over a form that somebody else saved what is being edited. */
export function ChangedMeanwhile({ text, action, onLoad }: Props) {
  return (
    <Alert
      severity="warning"
      sx={{ mb: 2 }}
      action={
        <Button color="inherit" onClick={onLoad}>
          {action}
        </Button>
      }
    >
      {text}
    </Alert>
  );
}
